import { contentHash } from '../../api/canonical-json.js';
import { isStrictJsonError, parseStrictJson } from '../../api/strict-json.js';
import { entryHash, type LogOpening, parseOpening, recordOf } from '../../verifier/transparency/log-entry.js';
import { parseLogProof, verifyLogProof } from '../../verifier/transparency/log-proof.js';
import { type Command, UsageError } from '../command.js';
import { POLICY_HELP, PROOF_FAULTS, policyOf, policyOptions } from '../log-policy.js';
import { readBounded } from '../read-bounded.js';

const MAX_FILE = 1024 * 1024;

const TEXTS = {
  ...PROOF_FAULTS,
  CREDENTIAL_OTHER: 'the proof is of another certificate, or the certificate was altered',
} as const;

export const logVerify: Command = {
  name: 'log verify',
  summary: 'verifies a proof that a certificate is in a transparency log, without a network',
  help: `
Usage: divoc log verify PROOF --key KEY [--witness KEY]… [--quorum NUMBER] [--credential FILE] [--json]

PROOF is a file from divoc log prove; - is standard input.

${POLICY_HELP}
  --credential FILE  also that the proof is of this credential (JSON, in the form that was issued first)

--json prints { "valid", "code"?, "index", "size", "origin", "opening" }.
Exits 0 when the proof holds, 1 when it does not.`,
  options: { ...policyOptions, credential: { type: 'string' } },
  async run(input) {
    const { words, flags, terminal } = input;
    const [file] = words;
    if (file === undefined || words.length > 1) throw new UsageError('Which proof? Name one file.');
    const policy = policyOf(input);
    const text = new TextDecoder().decode(await readNamed(file));
    const proof = parseLogProof(text);
    const opening = proof?.extra && parseOpening(proof.extra);
    const verified = proof && opening ? await verifyLogProof(proof, entryHash(recordOf(opening)), policy) : 'PROOF_MALFORMED';
    const credential = typeof flags.credential === 'string' ? await readCredential(flags.credential) : undefined;
    const fault = typeof verified === 'string' ? verified : credential && !isOf(credential, opening) ? 'CREDENTIAL_OTHER' : undefined;
    const known = typeof verified === 'string' ? {} : { index: proof?.index, size: verified.size, origin: verified.origin, opening };
    if (flags.json) terminal.out(JSON.stringify({ valid: !fault, ...(fault && { code: fault }), ...known }));
    else if (fault) terminal.err(`${fault}: ${TEXTS[fault]}`);
    else
      terminal.out(
        `entry ${known.index} of ${known.origin} (${known.size} entries): ${opening?.type} ${opening?.subject} ${opening?.time}`,
      );
    return fault ? 1 : 0;
  },
};

function isOf(credential: unknown, opening: LogOpening | undefined): boolean {
  return opening?.credential === contentHash(credential);
}

async function readCredential(file: string): Promise<unknown> {
  try {
    return parseStrictJson(await readNamed(file));
  } catch (error) {
    if (!isStrictJsonError(error)) throw error;
    throw new UsageError(`${file}: ${error.message}`);
  }
}

async function readNamed(file: string): Promise<Uint8Array> {
  const bytes = await readBounded(file, MAX_FILE).catch((error: NodeJS.ErrnoException) => error);
  if (bytes instanceof Error) throw new UsageError(`${file} cannot be read: ${(bytes as NodeJS.ErrnoException).code}`);
  if (bytes.length > MAX_FILE) throw new UsageError(`${file} is larger than 1 MiB.`);
  return bytes;
}
