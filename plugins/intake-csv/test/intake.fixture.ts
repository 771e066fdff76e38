import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type Actor,
  type Job,
  type JobHandler,
  type JsonSchema,
  type PutOptions,
  Refusal,
  type Registry,
  type RegistryTypeName,
  type RouteReply,
  type Routes,
  type VaccinationInput,
} from '@divoc/core/api';
import { handClock, listeningLog, type MemoryState, memoryState, setUpPart } from '@divoc/core/testkit';
import plugin from '../plugin.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
export const recordSchema = (name: string): JsonSchema =>
  JSON.parse(readFileSync(join(root, 'schemas', 'records', `${name}.json`), 'utf8'));
export const vector = (name: string): Buffer =>
  readFileSync(join(process.env.DIVOC_VECTORS ?? join(root, '..', 'shared', 'vectors'), 'divoc', name));

export const clerk: Actor = {
  id: 'clerk',
  roles: [],
  scopes: ['intake:upload', 'intake:read', 'registry:write', 'vaccination:record'],
};

const xored = (bytes: Buffer): Buffer => Buffer.from(bytes.map((byte) => byte ^ 0x5a));

interface Kept {
  record: unknown;
  versions: { text: string; batch?: string; item?: string }[];
}

/** The registry port in memory, with its promises about batches. Wants a name of everything, and no colour. */
export interface MemoryRegistry extends Registry {
  readonly kept: Map<string, Kept>;
  /** Called before each put; throws what the registry is to throw. */
  before: (type: RegistryTypeName, record: Readonly<Record<string, unknown>>) => void;
}

export function memoryRegistry(): MemoryRegistry {
  const kept = new Map<string, Kept>();
  const typeOf = (name: RegistryTypeName) => {
    const schema = recordSchema(name);
    return { name, collection: name, schema, key: schema['x-key'] as string[] };
  };
  const types = { facility: typeOf('facility'), vaccinator: typeOf('vaccinator'), enrolment: typeOf('enrolment') };
  const never = async () => Promise.reject(new Error('not part of this test'));
  return {
    types,
    kept,
    before: () => undefined,
    async put(type, record, _actor, { act }: PutOptions = {}) {
      this.before(type, record);
      if (record.name === undefined) {
        const errors = [{ pointer: '/name', code: 'FIELD_MISSING', detail: 'this field is required', fix: 'Add it.' }];
        throw new Refusal(400, 'RECORD_INVALID', 'The record does not fit its schema.', { errors });
      }
      const key = `${type} ${types[type].key.map((name) => record[name]).join(' ')}`;
      const text = JSON.stringify(record);
      const own = kept.get(key);
      const mine = own?.versions.findLast(({ batch }) => batch === act?.batch);
      const version = own?.versions.length ?? 0;
      if (own && mine && mine.item === act?.item)
        return { outcome: own.versions.indexOf(mine) === 0 ? 'created' : 'changed', id: key, version };
      if (own && mine && mine.text !== text) throw new Refusal(409, 'KEY_REPEATED', 'An earlier item says something else.');
      if (own?.versions.at(-1)?.text === text) return { outcome: 'unchanged', id: key, version };
      kept.set(key, { record, versions: [...(own?.versions ?? []), { text, ...act }] });
      return { outcome: own ? 'changed' : 'created', id: key, version: version + 1 };
    },
    get: never,
    list: never,
    setState: never,
  };
}

export interface Intake {
  readonly routes: Routes;
  readonly state: MemoryState;
  readonly registry: MemoryRegistry;
  readonly doses: VaccinationInput[];
  readonly jobs: Job[];
  readonly clock: ReturnType<typeof handClock>;
  readonly lines: readonly object[];
  call(name: string, request?: { params?: object; query?: object; body?: unknown; headers?: object; actor?: Actor }): Promise<RouteReply>;
  upload(text: string | Uint8Array, query: object, more?: { contentType?: string; actor?: Actor }): Promise<UploadReply>;
  /** Runs the jobs that are queued to their end, as the dispatcher would. */
  runJobs(): Promise<void>;
  readonly handler: JobHandler;
  handle: JobHandler['handle'];
}

export interface UploadReply extends RouteReply {
  body: {
    id: string;
    state: string;
    rows: number;
    counts: Record<string, number>;
    ignoredColumns: number[];
    links: Record<string, string>;
  };
}

/** A plugin on what earlier ones have left behind, when it is given. */
export async function openIntake(
  left: Partial<Pick<Intake, 'state' | 'registry' | 'jobs' | 'clock'>> = {},
  config: object = {},
): Promise<Intake> {
  const { state = memoryState(), registry = memoryRegistry(), jobs = [], clock = handClock() } = left;
  const doses: VaccinationInput[] = [];
  const { log, lines } = listeningLog();
  const vaccinations = {
    async record(input: VaccinationInput) {
      const { patient } = input.record as { patient: { name?: string } };
      if (patient.name === undefined) {
        const errors = [{ pointer: '/record/patient/name', code: 'FIELD_MISSING', detail: 'this field is required', fix: 'Add it.' }];
        throw new Refusal(400, 'RECORD_INVALID', 'The record does not fit its schema.', { errors });
      }
      const known = doses.some((other) => JSON.stringify(other) === JSON.stringify(input));
      if (!known) doses.push(input);
      return { outcome: known ? 'existing' : 'issued' };
    },
  };
  const fieldCipher = {
    encrypt: async (text: string, place: string) => xored(Buffer.from(`${place}|${text}`)).toString('base64'),
    async decrypt(token: string, place: string) {
      const text = xored(Buffer.from(token, 'base64')).toString();
      if (!text.startsWith(`${place}|`)) throw new Error('moved');
      return text.slice(place.length + 1);
    },
  };
  const jobQueue = {
    async add(job: Omit<Job, 'id' | 'attempt'>) {
      jobs.push({ ...job, id: `job-${jobs.length}`, attempt: 1 });
      return `job-${jobs.length}`;
    },
  };
  const uses = { registry, vaccinations, certificates: { subjectSchema: recordSchema('vaccination') }, state, jobQueue, fieldCipher };
  const part = await setUpPart(plugin, { config, uses, instance: 'files', clock, log });
  const { routes, jobs: handler } = part.ports as unknown as { routes: Routes; jobs: JobHandler };
  const call: Intake['call'] = async (name, request = {}) =>
    routes.handlers[name]!({ params: {}, query: {}, body: undefined, headers: {}, actor: clerk, ...request } as never);
  return {
    state,
    registry,
    doses,
    jobs,
    clock,
    lines,
    call,
    routes,
    handler,
    handle: (job) => handler.handle(job),
    async upload(text, query, { contentType = 'text/csv', actor = clerk } = {}) {
      const body = typeof text === 'string' ? Buffer.from(text) : text;
      return (await call('upload', { query, body, headers: { 'content-type': contentType }, actor })) as UploadReply;
    },
    async runJobs() {
      while (jobs.length > 0) {
        const again = await handler.handle(jobs[0] as Job);
        if (again) clock.pass(Math.max(again.againInSeconds, 1));
        else jobs.shift();
      }
    },
  };
}

/** A file of facilities; `{ n }` in a cell is the row. */
export function facilities(
  rows: number,
  change: (row: number) => string = (row) => `F${row},Facility ${row},011,Street ${row},Delhi,Delhi,100001,Admin ${row},999`,
): string {
  const header = 'facilityCode,facilityName,contact,addressLine1,district,state,pincode,adminName,adminMobile';
  return [header, ...Array.from({ length: rows }, (_, i) => change(i + 2))].join('\n');
}
