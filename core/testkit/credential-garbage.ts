import { type Json, leaves, replaced } from './json-path.js';

const ROUNDS = 200;

/** What a verifier may be handed by somebody who means ill, or by a library that does not: none of it is a credential. */
export function* garbage(credential: unknown): Generator<unknown> {
  yield* [undefined, Number.NaN, -0, true, 10n, '', 'x'.repeat(300_000), Symbol('x'), () => 1, new Date(0), new Map(), new Uint8Array(9)];
  yield* [new Array(5_000).fill(0), nested(50_000), cyclic(), getter(), throwing(), {}];
  if (typeof credential === 'string') {
    for (const length of [1, 5, 20, credential.length - 1]) yield credential.slice(0, length);
    return;
  }
  // The same numbers each time, so that a failing test fails again.
  let state = 1;
  const random = (below: number): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
  const document = structuredClone(credential) as Json;
  const places = leaves(document, 'any').filter((path) => path.length > 0);
  const strange = [
    null,
    0,
    1.5,
    '',
    '\ud800',
    'z',
    [],
    [[]],
    {},
    { '@id': '' },
    true,
    nested(40),
    Number.POSITIVE_INFINITY,
    -0,
    'x'.repeat(70_000),
  ];
  for (let round = 0; round < ROUNDS; round += 1) {
    const place = places[random(places.length)] as (typeof places)[number];
    yield replaced(document, place, strange[random(strange.length)] as Json);
  }
}

function nested(levels: number): unknown {
  let value: unknown = [];
  for (let level = 0; level < levels; level += 1) value = [value];
  return value;
}

function cyclic(): object {
  const value: Record<string, unknown> = {};
  value.self = value;
  return value;
}

function getter(): object {
  const get = () => {
    throw new Error('a getter of the document');
  };
  return Object.defineProperty({}, 'proof', { enumerable: true, get });
}

function throwing(): object {
  const fail = () => {
    throw new Error('a trap of the document');
  };
  return new Proxy({}, { get: fail, has: fail, ownKeys: fail, getPrototypeOf: fail });
}
