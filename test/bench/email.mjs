// Messages that the delivery service brings to a mail server, beside what nodemailer alone brings to the same server.
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createTransport } from 'nodemailer';
import { SMTPServer } from 'smtp-server';
import { deliveryPart } from '../../core/dist/services/delivery/delivery-part.js';
import { dispatcherPart } from '../../core/dist/store/dispatcher-part.js';
import { storePart } from '../../core/dist/store/store-part.js';
import email from '../../plugins/channel-email/dist/plugin.js';
import { fieldCipherOf } from '../../plugins/signer-file/dist/src/field-cipher.js';
import sqlite from '../../plugins/storage-sqlite/dist/plugin.js';
import { inTurns, median, row, SECONDS } from './measure.mjs';
import { startProgram } from './programs.mjs';
import { newHome } from './servers.mjs';

const ROUNDS = 5;
const CONNECTIONS = 5;
/** As large as a certificate of the house; random, so that nothing is won by packing it. */
const PDF = randomBytes(60_000);

if (process.argv[1] === fileURLToPath(import.meta.url) && process.argv[2] === 'server') serve();

/** Takes every message and throws it away, in a process of its own. */
function serve() {
  const onData = (stream, _, done) => stream.on('end', done).resume();
  const server = new SMTPServer({ disabledCommands: ['STARTTLS'], authOptional: true, logger: false, onData });
  server.listen(0, '127.0.0.1', () => console.log(server.server.address().port));
}

export async function run() {
  const server = await startProgram([fileURLToPath(import.meta.url), 'server']);
  const port = Number(server.line);
  const house = await deliveryHouse(port);
  const raw = createTransport({ pool: true, host: '127.0.0.1', port, ignoreTLS: true, maxConnections: CONNECTIONS });
  const count = Math.max(20, Math.round(60 * SECONDS));
  try {
    await house.deliver(count);
    const measured = await inTurns(
      { ours: () => perSecond(count, house.deliver), raw: () => perSecond(count, (n) => sendRaw(raw, n)) },
      ROUNDS,
    );
    return [row('email', 'messages/s', median(measured.ours), `nodemailer alone, ${CONNECTIONS} connections`, median(measured.raw))];
  } finally {
    raw.close();
    await house.stop();
    await server.stop();
  }
}

async function perSecond(count, work) {
  const begin = performance.now();
  await work(count);
  return (count * 1000) / (performance.now() - begin);
}

const sendRaw = (transport, count) =>
  Promise.all(
    Array.from({ length: count }, () =>
      transport.sendMail({
        from: { name: 'Ministry of Health', address: 'no-reply@health.example' },
        to: 'asha@example.org',
        subject: 'Your certificate from Ministry of Health',
        text: 'Your vaccination certificate is attached to this message as a PDF file.',
        html: '<p>Your vaccination certificate is attached to this message as a PDF file.</p>',
        attachments: [{ filename: 'certificate.pdf', contentType: 'application/pdf', content: PDF }],
      }),
    ),
  );

/** All of the way on a real, durable database: request, queue, dispatcher, marker, message, result. Only the PDF is ready made. */
async function deliveryHouse(port) {
  const log = { debug() {}, info() {}, warn() {}, error: console.error };
  const context = { instance: 'bench', tenant: 'main', home: '/nowhere', log, clock: { now: () => new Date() } };
  const setUp = (part, config, ports) => part.setup({ ...context, config }, ports);
  const file = join(newHome(), 'divoc.sqlite');
  const database = await setUp(sqlite, { file, durability: 'full', busyTimeout: 10_000 }, {});
  const { storage } = database.ports;
  const { outbox, audit, queue, state } = (await setUp(storePart, { keepDoneJobsDays: 7 }, { storage })).ports;
  const certificates = {
    find: async (id) => ({ id, number: '7KQ2ABCDEFGH*', credential: {}, owner: 'bench' }),
    render: async () => ({ mediaType: 'application/pdf', fileName: 'certificate.pdf', body: PDF }),
  };
  const from = { address: 'no-reply@health.example', name: { en: 'Ministry of Health' } };
  const waits = { connectSeconds: 5, greetingSeconds: 5, silenceSeconds: 10, deadlineSeconds: 15 };
  const mail = {
    host: '127.0.0.1',
    port,
    from,
    attach: ['pdf'],
    language: 'en',
    texts: {},
    connections: CONNECTIONS,
    messagesPerConnection: 100,
  };
  const channel = await setUp(email, { ...mail, ...waits }, { certificates, state: state('email') });
  const retries = { attempts: 30, soonSeconds: 5, laterSeconds: 300, longestSeconds: 3600, deadlineSeconds: 20 };
  const settings = { ...retries, instantMilliseconds: 1000, keepDeadDays: 30, warnAfterMinutes: 60 };
  const fieldCipher = fieldCipherOf(randomBytes(32));
  const channels = { email: channel.ports.channel };
  const delivery = await setUp(deliveryPart, settings, { storage, outbox, audit, fieldCipher, certificates, channels });
  const running = { concurrency: 8, leaseSeconds: 30, maxAttempts: 10, maxCrashes: 1000, firstRetrySeconds: 1 };
  const dispatcher = await setUp(dispatcherPart, running, { queue, handlers: { delivery: delivery.ports.jobs } });
  await dispatcher.start();
  let last = 0;
  const request = () => {
    last += 1;
    const recipient = { email: `asha.${last}@example.org` };
    return delivery.ports.deliveries.request({
      key: `bench-${last}`,
      certificateId: `c-${last}`,
      channels: ['email'],
      recipient,
      owner: 'bench',
    });
  };
  return {
    async deliver(count) {
      await Promise.all(Array.from({ length: count }, request));
      for (;;) {
        const [{ waiting }] = await storage.knex('delivery').where({ state: 'waiting' }).count({ waiting: '*' });
        if (waiting === 0) break;
        await pause(10);
      }
      const [{ accepted }] = await storage.knex('delivery').where({ state: 'accepted' }).count({ accepted: '*' });
      if (accepted !== last) throw new Error(`${last - accepted} of ${last} messages were not accepted`);
    },
    async stop() {
      await dispatcher.stop();
      await channel.stop();
      await database.stop();
    },
  };
}
