import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Certificates, CredentialFormat, IssueRequest, Part, RouteReply, RouteRequest, Routes } from '../../api/index.js';
import { type FieldCipher, type Reissue, type Signer, SignerError, type SignerKey } from '../../internal/index.js';
import { migrate } from '../../store/migrate.js';
import { databaseFile, type OpenStore, openStore } from '../../store/store.fixture.js';
import { testKey } from '../../testkit/credential-fixture.js';
import { type HandClock, handClock } from '../../testkit/hand-clock.js';
import { type LogLine, listeningLog } from '../../testkit/listening-log.js';
import { plainFormat } from '../../testkit/plain-format.js';
import { certificatesPart } from './certificates-part.js';
import { certificateMigrations } from './migrations.js';

export const DID = 'did:web:health.example';
const key = testKey(1);

const own = { id: key.multibase, purpose: 'vc', algorithm: 'Ed25519', publicKeyMultibase: key.multibase, active: true } as const;

/** A signer whose key never moves; it counts. */
export function testSigner(): Signer & { signed: number } {
  return {
    signed: 0,
    keys: async () => [own],
    active: async () => own,
    sign(_id, data) {
      this.signed += 1;
      return key.sign(data);
    },
  };
}

/** A signer whose keys are replaced and revoked: one of each purpose is active. Several houses may share it. */
export function changingSigner(...purposes: readonly string[]): Signer & {
  signed: number;
  /** Revokes the active key of a purpose, after making its successor unless it is to be the last. The one that was revoked. */
  compromise(purpose: string, options?: { readonly isLast?: boolean }): SignerKey;
  /** Makes a key for a purpose that has none. */
  replace(purpose: string): void;
} {
  const made: { key: ReturnType<typeof testKey>; known: SignerKey }[] = [];
  const make = (purpose: string): void => {
    const key = testKey(20 + made.length);
    const { multibase } = key;
    made.push({ key, known: { id: multibase, purpose, algorithm: 'Ed25519', publicKeyMultibase: multibase, active: true } });
  };
  for (const purpose of purposes) make(purpose);
  return {
    signed: 0,
    keys: async () => made.map(({ known }) => known),
    async active({ purpose }) {
      const found = made.find(({ known }) => known.active && known.purpose === purpose);
      if (!found) throw new SignerError('SIGNER_KEY_MISSING', `there is no key for ${purpose}`, 'Make one.');
      return found.known;
    },
    async sign(id, data) {
      const found = made.find(({ known }) => known.id === id);
      if (!found || found.known.revoked !== undefined)
        throw new SignerError('SIGNER_KEY_REVOKED', `the key ${id} is revoked`, 'Use another.');
      this.signed += 1;
      return found.key.sign(data);
    },
    compromise(purpose, { isLast = false } = {}) {
      const one = made.find(({ known }) => known.active && known.purpose === purpose);
      if (!one) throw new Error(`there is no key for ${purpose}`);
      one.known = { ...one.known, active: false, revoked: '2026-11-23T10:00:00.000Z' };
      if (!isLast) make(purpose);
      return one.known;
    },
    replace: make,
  };
}
/** Unreadable at a glance, and bound to its place. */
const cipher: FieldCipher = {
  encrypt: async (text, place) => Buffer.from(JSON.stringify([place, text])).toString('base64url'),
  async decrypt(token, place) {
    const [at, text] = JSON.parse(Buffer.from(token, 'base64url').toString());
    if (at !== place) throw new Error('the value was put elsewhere');
    return text;
  },
};

/** Two formats of the testkit, in the order in which a manifest would list them. */
export const twoFormats = () => ({ first: plainFormat('first'), second: plainFormat('second') });

export interface HouseOptions {
  readonly file?: string;
  readonly home?: string;
  readonly clock?: HandClock;
  readonly formats?: Readonly<Record<string, CredentialFormat>>;
  readonly settings?: object;
  /** Folder with records and templates; default: one that is not there. */
  readonly adopter?: string;
  readonly signer?: Signer & { signed: number };
  /** Several of them, by instance, in its place. */
  readonly signers?: Readonly<Record<string, Signer>>;
  /** Called with every line that is logged; it may throw, as a process that dies there would. */
  readonly onLog?: (line: LogLine) => void;
  /** Template engines; without any there is no template. */
  readonly engines?: Readonly<Record<string, unknown>>;
  /** Leaves the tables as they are. */
  readonly isMigrated?: boolean;
}

export interface House {
  readonly store: OpenStore;
  readonly clock: HandClock;
  readonly port: Certificates;
  readonly part: Part;
  readonly reissue: Reissue;
  readonly signer: ReturnType<typeof testSigner>;
  readonly home: string;
  readonly file: string;
  readonly lines: LogLine[];
  call(route: string, request: Partial<RouteRequest>): Promise<RouteReply>;
  count(table: string): Promise<number>;
  audited(): Promise<string[]>;
}

/** The certificates service on a real SQLite file, with formats of the testkit. */
export async function openHouse(options: HouseOptions = {}): Promise<House> {
  const { file = databaseFile(), clock = handClock(), formats = twoFormats(), engines = {} } = options;
  const home = options.home ?? mkdtempSync(join(tmpdir(), 'certificates-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const store = await openStore({ file, clock });
  const { storage, audit, outbox } = store;
  if (!options.isMigrated) await migrate([{ owner: 'certificates', steps: certificateMigrations }], storage, clock);
  const signer = options.signer ?? testSigner();
  const { log, lines } = listeningLog();
  const debug = (fields: object, message: string) => {
    log.debug(fields, message);
    options.onLog?.(lines.at(-1) as LogLine);
  };
  const issuer = { did: DID, publicUrl: 'https://health.example', name: { en: 'Ministry of Health' } };
  const context = {
    config: {
      issuer,
      timeZone: 'UTC',
      statusLists: { purposes: ['revocation', 'suspension'], validForDays: 14 },
      trustFile: { validForDays: 30 },
      types: {},
      ...options.settings,
    },
    instance: 'certificates',
    tenant: 'main',
    profile: 'production',
    home,
    adopter: options.adopter ?? '/nowhere',
    log: { ...log, debug },
    clock,
  };
  const part = await certificatesPart.setup(
    context as never,
    { storage, audit, outbox, signers: options.signers ?? { keys: signer }, cipher, formats, engines, converters: {} } as never,
  );
  await part.start?.();
  onTestFinished(() => part.stop?.());
  const { handlers } = part.ports.routes as Routes;
  return {
    store,
    clock,
    part,
    port: part.ports.certificates as Certificates,
    reissue: part.ports.reissue as Reissue,
    signer,
    home,
    file,
    lines,
    call: (route, request) => {
      const handle = handlers[route];
      if (!handle) throw new Error(`there is no route ${route}`);
      return handle({ params: {}, query: {}, headers: {}, body: undefined, actor: null, ...request });
    },
    count: async (table) => Number((await storage.knex(table).count({ n: '*' }).first())?.n),
    audited: async () => (await storage.knex('audit_entry').orderBy('seq').select('action')).map(({ action }) => action),
  };
}

export const SUBJECT = {
  patient: { name: 'Asha Perera', birthDate: '1984-03-14', gender: 'female' },
  vaccineName: 'CoVax',
  manufacturer: 'COVPharma',
  lotNumber: 'MB3428BX',
  occurrenceDateTime: '2026-11-20T09:30:00+05:30',
  doseNumber: 1,
  seriesDoses: 2,
  facility: { name: 'ABC Medical Center', district: 'Colombo' },
} as const;

export const ID = (last: number): string => `01936b1e-6a00-7000-8000-${String(last).padStart(12, '0')}`;

/** A request for the n-th certificate. */
export async function requestOf({ port }: House, n: number, changes: Partial<IssueRequest> = {}): Promise<IssueRequest> {
  const subject = changes.subject ?? SUBJECT;
  const { type } = await port.check(subject);
  return {
    key: `dose:${n}`,
    id: ID(n),
    subject,
    type,
    validFrom: '2026-11-23T10:00:00.000Z',
    template: 'none',
    owner: 'nurse',
    ...changes,
  };
}
