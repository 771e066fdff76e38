import assert from 'node:assert/strict';
import type { Actor, RouteDeclaration, RouteReply, RouteRequest, Routes } from '../api/ports/routes.js';
import { isRefusal, type Refusal } from '../api/refusal.js';
import { routeMistakes } from '../internal/route-check.js';
import type { Contract, Promised } from './contract.js';

/** A part's routes, and how each is asked well. */
export interface RoutesSubject {
  readonly routes: Routes;
  /** By route a request that it grants, body and all; routes without one are only asked for what is not there. */
  readonly samples: Readonly<Record<string, Partial<RouteRequest>>>;
}

const ACTOR: Actor = { id: 'contract', roles: [], scopes: [] };
/** Would be found again wherever it is repeated. */
const MARK = 'asha-perera-1984';
/** Values that the edge lets through to a handler; an empty one it does not. */
const STRANGE = [MARK, '..', '../../etc/passwd', '\u0000', 'é😀', `${MARK}' OR '1'='1`, '__proto__', '%', 'x'.repeat(3000)];
const QUERIES = ['after', 'limit', 'language', 'state', 'outcome', 'type'];

const promise = (name: string, holds: (subject: RoutesSubject) => Promise<void>): Promised<RoutesSubject> => ({ name, holds });

/** One of the three. */
interface Answer {
  readonly reply?: RouteReply;
  readonly refusal?: Refusal;
  readonly fault?: unknown;
}

async function ask({ routes }: RoutesSubject, name: string, request: Partial<RouteRequest>): Promise<Answer> {
  const isPublic = routes.table.routes[name]?.scope === 'public';
  const whole = { params: {}, query: {}, body: undefined, headers: {}, actor: isPublic ? null : ACTOR, ...request };
  try {
    return { reply: await routes.handlers[name]!(whole) };
  } catch (error) {
    return isRefusal(error) ? { refusal: error } : { fault: error };
  }
}

const paramsOf = ({ path }: RouteDeclaration): string[] => [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as string);

/** Every route with what nobody would ask: one strange value at a time, in all its parameters or in a query. */
async function* strangeAnswers(subject: RoutesSubject): AsyncGenerator<[string, RouteDeclaration, Answer]> {
  for (const [name, route] of Object.entries(subject.routes.table.routes)) {
    const sample = subject.samples[name];
    // Nobody knows what a body should be for a route without a sample.
    if (!sample && (route.body ?? route.raw) !== undefined) continue;
    for (const value of STRANGE) {
      const params = Object.fromEntries(paramsOf(route).map((param) => [param, value]));
      if (paramsOf(route).length > 0) yield [name, route, await ask(subject, name, { ...sample, params })];
      const query = Object.fromEntries(QUERIES.map((key) => [key, value]));
      if (sample) yield [name, route, await ask(subject, name, { ...sample, query: { ...sample.query, ...query } })];
    }
  }
}

function assertDeclared(name: string, route: RouteDeclaration, { reply, fault }: Answer): void {
  assert.equal(fault, undefined, `route ${name} has a fault: ${String(fault)}`);
  if (!reply) return;
  const { status, mediaType, body } = reply;
  const declared = route.replies[status];
  assert.ok(declared, `route ${name} replies ${status}, which it does not declare`);
  if (!declared.mediaTypes || body === undefined) return;
  const essence = mediaType?.split(';')[0];
  assert.ok(
    essence !== undefined && declared.mediaTypes.includes(essence),
    `route ${name} replies ${mediaType}, which it does not declare`,
  );
}

/** What the edge, its callers and the plan rely on in every provider of `routes/1`. */
export const routesContract: Contract<RoutesSubject> = {
  port: 'routes/1',
  promises: [
    promise('its table can be served: each route with its handler, and nothing declared wrongly', async ({ routes, samples }) => {
      assert.deepEqual(routeMistakes(routes), []);
      const unknown = Object.keys(samples).filter((name) => !Object.hasOwn(routes.table.routes, name));
      assert.deepEqual(unknown, [], 'there are samples for routes that are not there');
    }),
    promise('what it grants is as it declares it', async (subject) => {
      for (const [name, sample] of Object.entries(subject.samples)) {
        const answer = await ask(subject, name, sample);
        assert.equal(answer.refusal, undefined, `route ${name} refuses its sample: ${answer.refusal?.code}`);
        assertDeclared(name, subject.routes.table.routes[name] as RouteDeclaration, answer);
      }
    }),
    promise('what is not there and what nobody would ask is answered or refused, and is no fault', async (subject) => {
      for await (const [name, route, answer] of strangeAnswers(subject)) assertDeclared(name, route, answer);
    }),
    promise('a refusal does not repeat what was asked', async (subject) => {
      for await (const [name, , answer] of strangeAnswers(subject)) {
        const { code, message, errors, headers } = answer.refusal ?? {};
        const said = JSON.stringify([code, message, errors, headers]);
        assert.ok(!said.includes(MARK), `route ${name} repeats what it was asked in ${code}`);
      }
    }),
  ],
};
