import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CertificateStatus, Ending, PartContext, RouteReply, Routes } from '@divoc/core/api';
import plugin from '../plugin.js';
import type { ItemReply } from '../src/certify.js';
import { type FakeVaccinations, fakeVaccinations } from './fake-vaccinations.js';

export type Json = Record<string, unknown>;
const root = fileURLToPath(new URL('../../..', import.meta.url));

/** DIVOC's own request body; without it these tests would prove nothing, so its absence is a failure. */
export function certifyBody(): [Json] {
  const file = join(resolve(root, process.env.DIVOC_VECTORS ?? '../shared/vectors'), 'divoc', 'requests', 'certify.json');
  if (!existsSync(file)) throw new Error(`the test vectors are absent: there is no ${file}; set DIVOC_VECTORS to their folder`);
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** DIVOC's own item, for somebody with this code. */
export const good = (code = 'G-1'): Json => ({ ...certifyBody()[0], preEnrollmentCode: code });

/** A copy of `item` with another value at `pointer`; undefined removes. */
export function withValue(item: Json, pointer: string, value: unknown): Json {
  const copy = structuredClone(item);
  const names = pointer.split('/').slice(1);
  const last = names.pop() as string;
  let parent = copy;
  for (const name of names) {
    parent[name] ??= {};
    parent = parent[name] as Json;
  }
  if (value === undefined) delete parent[last];
  else parent[last] = value;
  return copy;
}

export const actor = { id: 'local:nurse', roles: ['facility-staff'], scopes: ['vaccination:record'] };

/** The plugin before a service that is faked, and what it has logged. */
export class Desk {
  readonly logged: string[] = [];
  /** Ids of revoked certificates, in that order. */
  readonly revoked: string[] = [];
  readonly vaccinations: FakeVaccinations;
  readonly #routes = new Map<string, Promise<Routes>>();

  constructor(vaccinations = fakeVaccinations()) {
    this.vaccinations = vaccinations;
  }

  /** Set up once for the same settings, as a house does. */
  routes(settings: Json = {}): Promise<Routes> {
    const key = JSON.stringify(settings);
    const routes = this.#routes.get(key) ?? this.#setUp(settings);
    this.#routes.set(key, routes);
    return routes;
  }

  async post(body: unknown, settings: Json = {}, route = 'certify'): Promise<RouteReply> {
    const handle = (await this.routes(settings)).handlers[route] as Routes['handlers'][string];
    return handle({ params: {}, query: {}, headers: {}, actor, body });
  }

  async revoke(preEnrollmentCode: string, query: Record<string, string>, settings: Json = {}): Promise<RouteReply> {
    const handle = (await this.routes(settings)).handlers.revoke as Routes['handlers'][string];
    return handle({ params: { preEnrollmentCode }, query, headers: {}, actor, body: undefined });
  }

  async certify(items: unknown[], settings: Json = {}): Promise<ItemReply[]> {
    return (await this.post(items, settings)).body as ItemReply[];
  }

  async one(item: unknown, settings: Json = {}): Promise<ItemReply> {
    return (await this.certify([item], settings))[0] as ItemReply;
  }

  async #setUp(settings: Json): Promise<Routes> {
    const write = (fields: object, message: string) => void this.logged.push(JSON.stringify({ ...fields, message }));
    const log = { debug: write, info: write, warn: write, error: write };
    const config = { programmes: {}, strict: false, fields: {}, updateLimit: 100, ...settings };
    const certificates = {
      revoke: async (id: string, { reason }: Ending): Promise<CertificateStatus> => {
        this.revoked.push(id);
        return { state: 'revoked', reason };
      },
    };
    const ports = { vaccinations: this.vaccinations, certificates };
    const part = await plugin.setup({ config, log } as unknown as PartContext<never>, ports as never);
    return part.ports.routes as Routes;
  }
}
