import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { lineWorkers } from '../../core/dist/cli/line-workers.js';
import { issue, verify } from './digitalbazaar.mjs';
import { cycle, rates, row, SECONDS } from './measure.mjs';
import { atExit, root } from './programs.mjs';
import { issuer, publicKeyMultibase, seal, type, verificationMethod } from './sealing.mjs';

const THREADS = 2;
const LINES = 64;
const AT = '2026-11-25T07:00:00Z';
/** Milliseconds for which nothing else may have to wait. */
const LIMIT = 20;

/** `divoc verify --jsonl` with its threads, and how long anything else in the process that feeds them has to wait. */
export async function run() {
  const home = mkdtempSync(join(tmpdir(), 'divoc-bench-'));
  atExit(() => rmSync(home, { recursive: true, force: true }));
  mkdirSync(join(home, 'trust'));
  const method = { id: verificationMethod, type: 'Multikey', controller: issuer, publicKeyMultibase };
  const didDocuments = [{ id: issuer, verificationMethod: [method], assertionMethod: [verificationMethod] }];
  writeFileSync(
    join(home, 'trust', 'issuer.json'),
    JSON.stringify({ divocTrust: 1, didDocuments, contexts: { [type.hash]: type.document } }),
  );
  const credentials = await Promise.all(Array.from({ length: LINES }, () => seal()));
  const lines = credentials.map((input, id) => ({ number: id + 1, text: JSON.stringify({ id, input }) }));
  const theirs = cycle(await Promise.all(Array.from({ length: LINES }, issue)));
  const workers = lineWorkers({ home, folder: root, trust: [], at: AT }, THREADS);
  const batch = async () => {
    const verified = await workers.run(lines);
    if (verified.some(({ status }) => status !== 'VERIFIED')) throw new Error('not verified');
  };
  try {
    await Promise.all(Array.from({ length: 4 * THREADS }, batch));
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    const ours = await throughput(batch);
    delay.disable();
    const { peer } = await rates({ peer: () => verify(theirs()) });
    const name = `bulk, ${THREADS} threads`;
    return [
      row(name, 'verified/s', ours, '@digitalbazaar/vc verifyCredential, one thread', peer),
      row(name, 'ms waited at most', delay.max / 1e6, 'limit', LIMIT),
      row(name, 'ms waited, 99 %', delay.percentile(99) / 1e6, 'limit', LIMIT),
    ];
  } finally {
    await workers.close();
  }
}

/** Lines a second, two batches under way for each thread. */
async function throughput(batch) {
  const begin = performance.now();
  const end = begin + SECONDS * 1000;
  let count = 0;
  const feed = async () => {
    while (performance.now() < end) {
      await batch();
      count += LINES;
    }
  };
  await Promise.all(Array.from({ length: 2 * THREADS }, feed));
  return (count * 1000) / (performance.now() - begin);
}
