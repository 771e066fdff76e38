// The thread of `line-workers.ts`: takes batches of lines, and answers each with their verdicts.
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { openTrustFolder } from '../services/verification/trust-folder.js';
import { installedFormats } from './credential-formats.js';
import { logging } from './deployment.js';
import type { LineSettings } from './line-workers.js';
import { folderPins } from './trust-options.js';
import { batchVerifier, type NumberedLine } from './verify-lines.js';

const { home, folder, trust: files, pins, at, language } = workerData as LineSettings;
const { formats } = await installedFormats(folder, home, logging(process.env));
const trust = openTrustFolder(join(home, 'trust'), files, folderPins(pins)).current();
const verify = batchVerifier({ formats, trust, at: new Date(at), pins, language });
let last: Promise<unknown> = Promise.resolve();
parentPort?.on('message', (lines: readonly NumberedLine[]) => {
  // One after the other, so that answers come in the order of the questions.
  last = last.then(async () => parentPort?.postMessage(await verify(lines)));
});
