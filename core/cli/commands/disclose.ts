import { join } from 'node:path';
import { isRefusal, parseStrictJson } from '../../api/index.js';
import type { CredentialFormat } from '../../api/ports/credential-format.js';
import { systemClock } from '../../kernel/boot.js';
import { MAX_FILE } from '../../services/verification/readers/read-file-input.js';
import { openTrustFolder } from '../../services/verification/trust-folder.js';
import { type BundleTrust, isTrustBundleError, verifyInput } from '../../verifier/index.js';
import { type Command, type CommandInput, UsageError } from '../command.js';
import { installedFormats } from '../credential-formats.js';
import { homeOf, logging } from '../deployment.js';
import { readInstant } from '../instant.js';
import { readBounded } from '../read-bounded.js';

export const disclose: Command = {
  name: 'disclose',
  summary: 'derives from a credential what its holder chooses to show, without a network or a key',
  help: `
Usage: divoc disclose FILE --show POINTER... [--trust FILE]... [--at INSTANT] [--json]

FILE is a credential in JSON with a base proof (ecdsa-sd-2023), as its holder has it; - is standard input. Prints a
credential that shows what must be shown (id, type, issuer, validity and status, and what the issuer has made mandatory)
and what is chosen here, and nothing else: give that to the verifier, and never FILE itself.

--show POINTER  a member to show, as JSON Pointer: /credentialSubject/patient/name; repeat it for more. '' shows all
--trust FILE    the issuer's trust file, beside the files in DIVOC_HOME/trust: for certificates of the house, whose type
                must be known; repeat it for more
--at INSTANT    judge the derived credential as of this time: 2026-11-23T12:00:00Z, or a date (default now)
--json          prints { "status", "reasons", "credential" } in one line: "status" is what a verifier with these trust files
                says of the derived credential, "credential" is absent when nothing could be derived
DIVOC_HOME      the data folder (default .divoc); nothing of it is read but trust/*.json and trust/*.pem

Exits 0 when the derived credential is VERIFIED with these trust files, 1 when it is not or nothing could be derived (the
reason is on standard error), 2 when called wrongly.`,
  options: { show: { type: 'string', multiple: true }, trust: { type: 'string', multiple: true }, at: { type: 'string' } },
  async run({ words, flags, env, terminal }) {
    const [file, ...others] = words;
    const pointers = (flags.show ?? []) as readonly string[];
    if (file === undefined || others.length > 0) throw new UsageError('Which credential? One file.');
    if (pointers.length === 0) throw new UsageError("What is to be shown? --show /credentialSubject/…, or --show '' for all of it.");
    const trust = trustOf(env, (flags.trust ?? []) as readonly string[]);
    const at = flags.at === undefined ? systemClock.now() : readInstant(flags.at);
    if (!at) throw new UsageError('--at must be an instant like 2026-11-23T12:00:00Z, or a date like 2026-11-23.');
    const document = await credentialIn(file);
    const { formats } = await installedFormats(process.cwd(), homeOf(env), logging(env));
    const format = Object.values(formats).find((one) => one.disclose && one.recognises(document));
    const derived = format ? await derive(format, document, pointers, trust) : NO_FORMAT;
    const verdict = derived.credential === undefined ? derived : await verifyInput(derived.credential, formats, trust, at);
    const { status, reasons } = verdict;
    if (flags.json) terminal.out(JSON.stringify({ status, reasons, credential: derived.credential }));
    else {
      if (derived.credential !== undefined) terminal.out(JSON.stringify(derived.credential, null, 2));
      for (const { code, text } of reasons) terminal.err(`${code}: ${text}`);
    }
    return status === 'VERIFIED' ? 0 : 1;
  },
};

interface Derived {
  readonly status: string;
  readonly reasons: readonly { readonly code: string; readonly text: string }[];
  readonly credential?: unknown;
}

const NO_FORMAT: Derived = {
  status: 'NOT_SUPPORTED',
  reasons: [{ code: 'FORMAT_UNKNOWN', text: 'No installed credential format can derive anything from this document.' }],
};

async function derive(format: CredentialFormat, document: unknown, pointers: readonly string[], trust: BundleTrust): Promise<Derived> {
  try {
    return { status: '', reasons: [], credential: await format.disclose?.(document, pointers, trust) };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const [fault] = error.errors;
    // The holder has named the pointer: it is no secret to them.
    const text = fault?.pointer ? `${error.message} (${fault.pointer})` : error.message;
    return { status: 'NOT_SUPPORTED', reasons: [{ code: fault?.code ?? error.code, text }] };
  }
}

async function credentialIn(file: string): Promise<unknown> {
  try {
    const bytes = await readBounded(file, MAX_FILE);
    return parseStrictJson(bytes);
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    throw new UsageError(syscall === undefined ? `${file} is not JSON.` : `${file} cannot be read: ${code}`);
  }
}

function trustOf(env: CommandInput['env'], files: readonly string[]): BundleTrust {
  try {
    return openTrustFolder(join(homeOf(env), 'trust'), files).current();
  } catch (error) {
    throw isTrustBundleError(error) ? new UsageError(error.message) : error;
  }
}
