import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Certificates, CredentialFormat, IssueRequest, Part, RouteReply, RouteRequest, Routes } from '../../api/index.js';
import type { Signer } from '../../internal/index.js';
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

/** Two formats of the testkit, in the order in which a manifest would list them. */
export const twoFormats = () => ({ first: plainFormat('first'), second: plainFormat('second') });

export interface HouseOptions {
  readonly file?: string;
  readonly home?: string;
  readonly clock?: HandClock;
  readonly formats?: Readonly<Record<string, CredentialFormat>>;
  readonly settings?: object;
  /** Called with every line that is logged; it may throw, as a process that dies there would. */
  readonly onLog?: (line: LogLine) => void;
  /** Leaves the tables as they are. */
  readonly isMigrated?: boolean;
}

export interface House {
  readonly store: OpenStore;
  readonly port: Certificates;
  readonly part: Part;
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
  const { file = databaseFile(), clock = handClock(), formats = twoFormats() } = options;
  const home = options.home ?? mkdtempSync(join(tmpdir(), 'certificates-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const store = await openStore({ file, clock });
  const { storage, audit } = store;
  if (!options.isMigrated) await migrate([{ owner: 'certificates', steps: certificateMigrations }], storage, clock);
  const signer = testSigner();
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
      ...options.settings,
    },
    instance: 'certificates',
    tenant: 'main',
    profile: 'production',
    home,
    adopter: '/nowhere',
    log: { ...log, debug },
    clock,
  };
  const part = await certificatesPart.setup(context as never, { storage, audit, signer, formats, engines: {}, converters: {} } as never);
  await part.start?.();
  onTestFinished(() => part.stop?.());
  const { handlers } = part.ports.routes as Routes;
  return {
    store,
    part,
    port: part.ports.certificates as Certificates,
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
