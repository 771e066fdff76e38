// A process that requests and carries out one delivery, and kills itself with SIGKILL at a stage: node crash.fixture.mjs DATABASE STAGE.
import { appendFileSync } from 'node:fs';
import { fieldCipherOf } from '../../../plugins/signer-file/dist/src/field-cipher.js';
import sqlite from '../../../plugins/storage-sqlite/dist/plugin.js';
import { deliveryPart } from '../../dist/services/delivery/delivery-part.js';
import { dispatcherPart } from '../../dist/store/dispatcher-part.js';
import { storePart } from '../../dist/store/store-part.js';

const [file, stage] = process.argv.slice(2);
const heard = ({ stage: now }) => {
  if (now === stage) process.kill(process.pid, 'SIGKILL');
};
const log = { debug: heard, info: heard, warn: heard, error: heard };
const context = { instance: 'child', tenant: 'main', home: '/nowhere', log, clock: { now: () => new Date() } };
const setUp = (part, config, ports) => part.setup({ ...context, config }, ports);

const { storage } = (await setUp(sqlite, { file, durability: 'normal', busyTimeout: 10_000 }, {})).ports;
const { outbox, audit, queue } = (await setUp(storePart, { keepDoneJobsDays: 7 }, { storage })).ports;
const fieldCipher = fieldCipherOf(Buffer.alloc(32, 1));
const email = {
  needs: ['email'],
  instant: false,
  async deliver({ key, recipient }) {
    appendFileSync(`${file}.sent`, `${key} ${recipient.email}\n`);
    return { state: 'accepted' };
  },
};
const settings = { attempts: 5, soonSeconds: 1, laterSeconds: 1, longestSeconds: 1, deadlineSeconds: 1, instantMilliseconds: 100 };
const uses = { storage, outbox, audit, fieldCipher, certificates: { find: async () => undefined }, channels: { email } };
const delivery = await setUp(deliveryPart, { ...settings, keepDeadDays: 1, warnAfterMinutes: 60 }, uses);
const running = { concurrency: 1, leaseSeconds: 1, maxAttempts: 3, maxCrashes: 1000, firstRetrySeconds: 0.1 };
const dispatcher = await setUp(dispatcherPart, running, { queue, handlers: { delivery: delivery.ports.jobs } });
await dispatcher.start();
const { deliveries } = delivery.ports;
const request = { key: 'k', certificateId: 'c', channels: ['email'], recipient: { email: 'a@example.org' }, owner: 'nurse' };
await deliveries.request(request);
for (;;) {
  const [{ state }] = await deliveries.of('k');
  if (state === 'accepted' && (await queue.claim(['delivery.email'], 1, 1)).length === 0) break;
  await new Promise((done) => setTimeout(done, 20));
}
await dispatcher.stop();
process.stdout.write('done\n');
process.exit(0);
