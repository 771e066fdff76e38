import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** The Chromium of npm, unpacked, and the folder of the libraries that bare machines lack (libnss3, libnspr4). */
export interface BundledChromium {
  readonly executable: string;
  readonly libraries: string;
}

/**
 * Unpacks `@sparticuz/chromium` into the data folder, once a version. In a process of its own: the package unpacks into the
 * system's temporary folder, where it also takes whatever somebody else has left under the same name.
 */
export function bundledChromium(home: string): BundledChromium {
  const require = createRequire(import.meta.url);
  const entry = require.resolve('@sparticuz/chromium');
  const { version } = JSON.parse(readFileSync(join(dirname(entry), '..', '..', 'package.json'), 'utf8')) as { version: string };
  const folder = join(home, 'chromium', version);
  if (!existsSync(folder)) unpack(entry, folder);
  return { executable: join(folder, 'chromium'), libraries: join(folder, 'al2023', 'lib') };
}

function unpack(entry: string, folder: string): void {
  const draft = `${folder}.${process.pid}`;
  mkdirSync(draft, { recursive: true, mode: 0o700 });
  const program = `require(${JSON.stringify(entry)}).executablePath().catch((e) => { console.error(e.message); process.exit(1); })`;
  // This name of a runtime has it unpack the libraries, too.
  const env = { PATH: process.env.PATH ?? '', TMPDIR: draft, AWS_LAMBDA_JS_RUNTIME: 'nodejs20.x' };
  const { status, stderr } = spawnSync(process.execPath, ['-e', program], { env, encoding: 'utf8', timeout: 120_000 });
  if (status !== 0) {
    rmSync(draft, { recursive: true, force: true });
    throw new Error(`Chromium could not be unpacked: ${stderr.split('\n').find((line) => line.trim() !== '') ?? 'no reason given'}`);
  }
  chmodSync(join(draft, 'chromium'), 0o700);
  try {
    renameSync(draft, folder);
  } catch (error) {
    // Another process of this house was quicker, with the same files.
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
}
