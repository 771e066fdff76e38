import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { onTestFinished } from 'vitest';
import type { Channel, Clock, Deliveries, Delivery, DeliveryResult, JobHandler, Part, Routes } from '../../api/index.js';
import type { FieldCipher } from '../../internal/index.js';
import { dispatcherPart } from '../../store/dispatcher-part.js';
import { migrate } from '../../store/migrate.js';
import { databaseFile, type OpenStore, openStore } from '../../store/store.fixture.js';
import { listeningLog, setUpPart } from '../../testkit/index.js';
import type { DeliverySettings } from './delivering.js';
import { deliveryPart } from './delivery-part.js';
import { DeliveryStore } from './delivery-store.js';
import { deliveryMigrations } from './migrations.js';
import { sweep } from './upkeep.js';

export const clock: Clock = { now: () => new Date() };

/** As signer-file's: AES-256-GCM with the place as associated data. */
export function testCipher(key = randomBytes(32)): FieldCipher {
  return {
    async encrypt(text, place) {
      const iv = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(place));
      return Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString('base64url');
    },
    async decrypt(token, place) {
      const sealed = Buffer.from(token, 'base64url');
      const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12)).setAAD(Buffer.from(place));
      decipher.setAuthTag(sealed.subarray(-16));
      return Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()]).toString('utf8');
    },
  };
}

export interface ToldChannel extends Channel {
  readonly asked: Delivery[];
}

/** A channel that does what it is told, and keeps what it was asked. */
export function told(answer: (delivery: Delivery, nth: number) => Promise<DeliveryResult> | DeliveryResult, more: Partial<Channel> = {}) {
  const asked: Delivery[] = [];
  const channel: ToldChannel = {
    needs: [],
    instant: false,
    asked,
    async deliver(delivery) {
      asked.push(delivery);
      return answer(delivery, asked.length);
    },
    ...more,
  };
  return channel;
}

export const accepts = (more: Partial<Channel> = {}): ToldChannel => told(() => ({ state: 'accepted', reference: 'r-1' }), more);
export const hang = (): Promise<never> => new Promise(() => undefined);

export interface DeliveryHouse extends OpenStore {
  readonly deliveries: Deliveries;
  readonly jobs: JobHandler;
  readonly routes: Routes;
  readonly delivery: Part;
  readonly cipher: FieldCipher;
  /** All that was logged, as text. */
  logged(): string;
  rows(): Promise<Record<string, unknown>[]>;
  /** Runs the waiting deliveries once, without the dispatcher. */
  runOnce(): Promise<void>;
  sweep(): ReturnType<typeof sweep>;
  dispatch(): Promise<void>;
}

export interface HouseOptions {
  readonly file?: string;
  readonly clock?: Clock;
  readonly settings?: Readonly<Record<string, number>>;
  readonly cipher?: FieldCipher;
  readonly owners?: Readonly<Record<string, string>>;
}

/** The service over a real store; `dispatch` starts the real dispatcher. Retries are quick unless the settings say otherwise. */
export async function deliveryHouse(channels: Readonly<Record<string, Channel>>, options: HouseOptions = {}): Promise<DeliveryHouse> {
  const { file = databaseFile(), cipher = testCipher(), owners = {} } = options;
  const time = options.clock ?? clock;
  const store = await openStore({ file, clock: time });
  await migrate([{ owner: 'delivery', steps: deliveryMigrations }], store.storage, time);
  const { log, lines } = listeningLog();
  const { storage, outbox, audit, queue } = store;
  const certificates = {
    find: async (id: string) => (owners[id] === undefined ? undefined : { id, number: 'N', credential: {}, owner: owners[id] }),
  };
  const delivering = {
    tenant: 'main',
    channels,
    storage,
    store: new DeliveryStore('main'),
    outbox,
    audit,
    fieldCipher: cipher,
    clock: time,
    log,
  };
  const config = { soonSeconds: 0.01, laterSeconds: 0.03, longestSeconds: 0.05, attempts: 4, deadlineSeconds: 1, ...options.settings };
  const part = await setUpPart(deliveryPart, {
    config,
    uses: { storage, outbox, audit, fieldCipher: cipher, certificates, channels },
    clock: time,
    log,
  });
  const { deliveries, jobs, routes } = part.ports as { deliveries: Deliveries; jobs: JobHandler; routes: Routes };
  return {
    ...store,
    deliveries,
    jobs,
    routes,
    delivery: part,
    cipher,
    logged: () => JSON.stringify([lines, store.lines]),
    rows: () => storage.knex('delivery').orderBy(['request_key', 'position']),
    async runOnce() {
      for (const id of await storage.knex('delivery').where({ state: 'waiting' }).pluck('id'))
        await jobs.handle({ id: 'job', queue: 'delivery.test', subject: id, data: { deliveryId: id }, attempt: 1 });
    },
    sweep: () => sweep({ ...delivering, settings: { keepDeadDays: 30, ...options.settings } as DeliverySettings }),
    async dispatch() {
      const settings = { concurrency: 4, leaseSeconds: 2, maxAttempts: 3, maxCrashes: 1000, firstRetrySeconds: 0.02 };
      const dispatcher = await setUpPart(dispatcherPart, {
        config: settings,
        uses: { queue, handlers: { delivery: jobs } },
        clock: time,
        log,
      });
      await dispatcher.start?.();
      onTestFinished(() => dispatcher.stop?.());
    },
  };
}

export const EMAIL = 'asha.perera@example.org';
export const request = (channels: string[], more: object = {}) => ({
  key: 'vaccination:1',
  certificateId: 'certificate-1',
  channels,
  recipient: { email: EMAIL, phone: '+94771234567', language: 'si' },
  owner: 'nurse',
  ...more,
});
