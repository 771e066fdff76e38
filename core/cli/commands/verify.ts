import { join } from 'node:path';
import { systemClock } from '../../kernel/boot.js';
import { MAX_FILE } from '../../services/verification/readers/read-file-input.js';
import { openTrustFolder } from '../../services/verification/trust-folder.js';
import { verifyFile } from '../../services/verification/verify-file.js';
import { type Command, type CommandInput, type Terminal, UsageError } from '../command.js';
import { installedFormats } from '../credential-formats.js';
import { homeOf, logging } from '../deployment.js';
import { readInstant } from '../instant.js';
import { lineWorkers } from '../line-workers.js';
import { readBounded } from '../read-bounded.js';
import { type LinesOptions, type LineWorkers, verifyLines } from '../verify-lines.js';

export const verify: Command = {
  name: 'verify',
  summary: 'verifies certificates without a network, a database or a manifest',
  help: `
Usage: divoc verify FILE... [--trust FILE]... [--at INSTANT] [--json]
       divoc verify --jsonl FILE [--trust FILE]... [--at INSTANT]

FILE is a credential (JSON), the content of a QR code (DIVOC's zip or text, PixelPass, or any text that an installed
format knows), a picture with one QR code (PNG, JPEG), or a PDF;
- is standard input. A PDF is read twice: the credential attached to it (certificate.json) and the QR code on its pages.
One of them is enough; where there are both they must be the same (PDF_PARTS_DIFFER). Several are refused.
Compare "claims" with what is printed: a signature covers the credential, not the picture around it.

Prints one line of JSON a file, with or without --json: { "file", "format", "status", "answers", "reasons", "claims" }, and
"unprotected" for certificates whose signature does not cover all that they show.
"status" is VERIFIED or the first thing that is wrong. Other messages go to standard error. Whether a certificate was revoked
is asked of the list in its issuer's trust file: "answers.status" is not-checked when there is none, and a list is as old as
its file, so fetch that from the issuer (/.well-known/divoc-trust.json) as often as it matters.

--jsonl FILE  verify many: FILE, or - for standard input, has a line of JSON for each: { "id", "input", "trust", "at" }.
              "input" is the text of a QR code, or a credential; "trust" a list of what is trusted for this line and in
              place of all else (default: as for files); "at" its time. Prints a line for each, in their order:
              { "id", "format", "status", "answers", "reasons", "claims" }
--trust FILE  what is trusted, beside the files in DIVOC_HOME/trust; repeat it for more. A trust file of DIVOC, a DID
              document, certificates or public keys in PEM, a JWK or a JWK set, a list of document signer certificates
--at INSTANT  judge as of this time: 2026-11-23T12:00:00Z, or a date, which begins at 00:00 UTC (default now)
DIVOC_HOME    the data folder (default .divoc); nothing of it is read but trust/*.json and trust/*.pem

Formats are the packages @divoc/credential-* that are installed in the working folder or above it.
Exits 0 when every file is VERIFIED, 1 when one is not, 2 when called wrongly: without a file, with a trust file that
cannot be relied on, without any format (nothing is verified then), or with a FILE that cannot be read (the others are
verified and printed, and the missing one is named on standard error).`,
  options: { trust: { type: 'string', multiple: true }, at: { type: 'string' }, jsonl: { type: 'string' } },
  async run({ words, flags, env, terminal }) {
    if (flags.jsonl === undefined && words.length === 0) throw new UsageError('Which files?');
    if (flags.jsonl !== undefined && words.length > 0) throw new UsageError('Files, or --jsonl with one file: not both.');
    if (words.filter((word) => word === '-').length > 1) throw new UsageError('Standard input (-) can be read once.');
    const at = instantOf(flags.at);
    const trust = trustOf(env, flags.trust);
    const { formats, leftOut } = await installedFormats(process.cwd(), homeOf(env), logging(env));
    for (const sentence of leftOut) terminal.err(sentence);
    if (Object.keys(formats).length === 0)
      throw new UsageError('No credential format is installed here. Run: npm install @divoc/credential-ldp');
    if (typeof flags.jsonl === 'string') {
      const files = (flags.trust ?? []) as string[];
      const workers = lineWorkers({ home: homeOf(env), folder: process.cwd(), trust: files, at: at.toISOString() });
      return printLines(flags.jsonl, { formats, trust, at }, workers, terminal).finally(() => workers.close());
    }
    let exit = 0;
    for (const file of words) {
      const bytes = await readBounded(file, MAX_FILE).catch((error: NodeJS.ErrnoException) => error);
      if (bytes instanceof Error) {
        terminal.err(`${file} cannot be read: ${(bytes as NodeJS.ErrnoException).code ?? bytes.message}`);
        exit = 2;
        continue;
      }
      const { format, status, answers, reasons, claims, unprotected } = await verifyFile(bytes, formats, trust, at);
      terminal.out(JSON.stringify({ file, format, status, answers, reasons, claims, unprotected }));
      if (status !== 'VERIFIED') exit ||= 1;
    }
    return exit;
  },
};

async function printLines(file: string, options: LinesOptions, workers: LineWorkers, terminal: Terminal): Promise<number> {
  let exit = 0;
  try {
    for await (const line of verifyLines(file, options, workers)) {
      terminal.out(JSON.stringify(line));
      if (line.status !== 'VERIFIED') exit = 1;
    }
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (syscall === undefined) throw error;
    terminal.err(`${file} cannot be read: ${code}`);
    return 2;
  }
  return exit;
}

function instantOf(text: unknown): Date {
  const at = text === undefined ? systemClock.now() : readInstant(text);
  if (at) return at;
  throw new UsageError('--at must be an instant like 2026-11-23T12:00:00Z, or a date like 2026-11-23.');
}

function trustOf(env: CommandInput['env'], files: unknown) {
  try {
    return openTrustFolder(join(homeOf(env), 'trust'), (files ?? []) as string[]).current();
  } catch (error) {
    const { code, message } = error as Error & { code?: unknown };
    throw code === 'TRUST_BUNDLE_INVALID' ? new UsageError(message) : error;
  }
}
