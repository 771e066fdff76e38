import { join } from 'node:path';
import { systemClock } from '../../kernel/boot.js';
import { MAX_FILE } from '../../services/verification/readers/read-file-input.js';
import { openTrustFolder } from '../../services/verification/trust-folder.js';
import { verifyFile } from '../../services/verification/verify-file.js';
import { languageFor, REASON_LANGUAGES, verdictIn } from '../../verifier/messages/languages.js';
import { isTrustBundleError } from '../../verifier/trust-bundle-error.js';
import { type Command, type CommandInput, type Terminal, UsageError } from '../command.js';
import { installedFormats } from '../credential-formats.js';
import { homeOf, logging } from '../deployment.js';
import { readInstant } from '../instant.js';
import { lineWorkers } from '../line-workers.js';
import { readBounded } from '../read-bounded.js';
import { folderPins, type PinSettings, pinSettings } from '../trust-options.js';
import { type LinesOptions, type LineWorkers, takenAs, verifyLines } from '../verify-lines.js';

export const verify: Command = {
  name: 'verify',
  summary: 'verifies certificates without a network, a database or a manifest',
  help: `
Usage: divoc verify FILE... [--trust FILE]... [--pin KEY]... [--at INSTANT] [--language TAG] [--json]
       divoc verify --jsonl FILE [--trust FILE]... [--pin KEY]... [--at INSTANT] [--language TAG]

FILE is a credential (JSON), the content of a QR code (DIVOC's zip or text, PixelPass, or any text that an installed
format knows), a picture with one QR code (PNG, JPEG), or a PDF;
- is standard input. A PDF is read twice: the credential attached to it (certificate.json) and the QR code on its pages.
One of them is enough; where there are both they must be the same (PDF_PARTS_DIFFER). Several are refused.
Compare "claims" with what is printed: a signature covers the credential, not the picture around it.

Prints one line of JSON a file, with or without --json: { "file", "format", "status", "answers", "reasons", "trust", "claims" },
and "unprotected" for certificates whose signature does not cover all that they show. "trust" is pinned where all trust files
are signed by a key of --pin, and given where they were taken on the word of whoever put them there.
"status" is VERIFIED or the first thing that is wrong. Other messages go to standard error. Whether a certificate was revoked
is asked of the list in its issuer's trust file: "answers.status" is not-checked when there is none, and a list is as old as
its file, so fetch that from the issuer (/.well-known/divoc-trust.json) as often as it matters.

--jsonl FILE  verify many: FILE, or - for standard input, has a line of JSON for each:
              { "id", "input", "trust", "pins", "at" }. "input" is the text of a QR code, or a credential; "trust" a list of
              what is trusted for this line and in place of all else (default: as for files), "pins" the keys for that
              (default: those of --pin); "at" its time. Prints a line for each, in their order:
              { "id", "format", "status", "answers", "reasons", "trust", "claims" }
--trust FILE  what is trusted, beside the files in DIVOC_HOME/trust; repeat it for more. A trust file of DIVOC, a DID
              document, certificates or public keys in PEM, a JWK or a JWK set, a list of document signer certificates
--pin KEY     trust only files that this key has signed; repeat it for more. KEY is what the publisher has told you on
              another way: z6Mk… or did:key:z6Mk…, or a file with PEM or a JWK. Files that are unsigned, altered, signed by
              others, or past their end are refused
--max-age N   with --pin: refuse trust files that were signed more than N days ago
--seen FILE   with --pin: remember in FILE the newest trust file of each issuer, and refuse older ones
--at INSTANT  judge certificates as of this time: 2026-11-23T12:00:00Z, or a date, which begins at 00:00 UTC (default now)
--language TAG  of the texts of reasons: ${Object.keys(REASON_LANGUAGES).join(', ')} (default en); codes have no language
DIVOC_HOME    the data folder (default .divoc); nothing of it is read but trust/*.json and trust/*.pem

Formats are the packages @divoc/credential-* that are installed in the working folder or above it.
Exits 0 when every file is VERIFIED, 1 when one is not, 2 when called wrongly: without a file, with a trust file that
cannot be relied on, without any format (nothing is verified then), or with a FILE that cannot be read (the others are
verified and printed, and the missing one is named on standard error).`,
  options: {
    trust: { type: 'string', multiple: true },
    pin: { type: 'string', multiple: true },
    'max-age': { type: 'string' },
    seen: { type: 'string' },
    at: { type: 'string' },
    language: { type: 'string' },
    jsonl: { type: 'string' },
  },
  async run({ words, flags, env, terminal }) {
    if (flags.jsonl === undefined && words.length === 0) throw new UsageError('Which files?');
    if (flags.jsonl !== undefined && words.length > 0) throw new UsageError('Files, or --jsonl with one file: not both.');
    if (words.filter((word) => word === '-').length > 1) throw new UsageError('Standard input (-) can be read once.');
    const at = instantOf(flags.at);
    const language = languageOf(flags.language);
    const pins = pinSettings(flags);
    const trust = trustOf(env, flags.trust, pins);
    const { formats, leftOut } = await installedFormats(process.cwd(), homeOf(env), logging(env));
    for (const sentence of leftOut) terminal.err(sentence);
    if (Object.keys(formats).length === 0)
      throw new UsageError('No credential format is installed here. Run: npm install @divoc/credential-ldp');
    if (typeof flags.jsonl === 'string') {
      const files = (flags.trust ?? []) as string[];
      const folder = process.cwd();
      const workers = lineWorkers({ home: homeOf(env), folder, trust: files, at: at.toISOString(), language, ...(pins && { pins }) });
      return printLines(flags.jsonl, { formats, trust, at, pins, language }, workers, terminal).finally(() => workers.close());
    }
    let exit = 0;
    for (const file of words) {
      const bytes = await readBounded(file, MAX_FILE).catch((error: NodeJS.ErrnoException) => error);
      if (bytes instanceof Error) {
        terminal.err(`${file} cannot be read: ${(bytes as NodeJS.ErrnoException).code ?? bytes.message}`);
        exit = 2;
        continue;
      }
      const { format, status, answers, reasons, claims, unprotected } = verdictIn(await verifyFile(bytes, formats, trust, at), language);
      terminal.out(JSON.stringify({ file, format, status, answers, reasons, trust: takenAs(trust), claims, unprotected }));
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

function languageOf(tag: unknown): string {
  const language = typeof tag === 'string' ? languageFor(tag) : 'en';
  if (language !== undefined) return language;
  throw new UsageError(`--language must be one of ${Object.keys(REASON_LANGUAGES).join(', ')}.`);
}

function trustOf(env: CommandInput['env'], files: unknown, pins: PinSettings | undefined) {
  try {
    return openTrustFolder(join(homeOf(env), 'trust'), (files ?? []) as string[], folderPins(pins)).current();
  } catch (error) {
    throw isTrustBundleError(error) ? new UsageError(error.message) : error;
  }
}
