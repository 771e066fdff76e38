import assert from 'node:assert/strict';
import type { Auth } from '../api/ports/auth.js';
import type { Actor } from '../api/ports/routes.js';
import { isRefusal, type Refusal } from '../api/refusal.js';
import type { Contract } from './contract.js';

type Headers = Readonly<Record<string, string | undefined>>;

/** An auth plugin and credentials to try on it. `nurse` and `clerk` hold roles with the scopes that are named. */
export interface AuthSubject {
  readonly auth: Auth;
  readonly nurse: { readonly headers: Headers; readonly scopes: readonly string[] };
  readonly clerk: { readonly headers: Headers; readonly scopes: readonly string[] };
  /** The nurse's, but older than it may be. */
  readonly expired: Headers;
  /** As the nurse's, but made by somebody without the key. */
  readonly forged: Headers;
  /** Good, of a person whose role is not configured. */
  readonly unknownRole: Headers;
  /** Credentials of the same kind that are another plugin's. */
  readonly foreign: Headers;
}

/** What nobody's plugin knows, or may fall over. */
const STRANGE: readonly Headers[] = [
  {},
  { authorization: undefined },
  { authorization: '' },
  { authorization: 'Bearer' },
  { authorization: 'Bearer ' },
  { authorization: 'Basic bnVyc2U6c2VjcmV0' },
  { authorization: 'Bearer 2YotnFZFEjr1zCsicMWpAA' },
  { authorization: 'Bearer a.b.c' },
  { authorization: `Bearer ${'A'.repeat(16_000)}` },
  { authorization: 'Bearer \u0000' },
  { cookie: 'session=1', 'x-user': 'admin' },
];

/** What every auth plugin keeps. */
export const authContract: Contract<AuthSubject> = {
  port: 'auth/0',
  promises: [
    {
      name: 'a good credential is that of an actor with the scopes of its role, and no more',
      async holds({ auth, nurse, clerk }) {
        for (const { headers, scopes } of [nurse, clerk]) {
          const actor = actorOf(await auth.authenticate(headers));
          assert.deepEqual([...actor.scopes].sort(), [...scopes].sort());
        }
      },
    },
    {
      name: 'one person is one actor, another person another',
      async holds({ auth, nurse, clerk }) {
        const ids = [];
        for (const { headers } of [nurse, clerk, nurse]) ids.push((await auth.authenticate(headers))?.id);
        assert.equal(ids[0], ids[2]);
        assert.notEqual(ids[0], ids[1]);
      },
    },
    {
      name: "another plugin's credential, and none, are nobody's: null",
      async holds({ auth, foreign }) {
        for (const headers of [
          {},
          { authorization: 'Basic bnVyc2U6c2VjcmV0' },
          { authorization: 'Bearer 2YotnFZFEjr1zCsicMWpAA' },
          foreign,
        ]) {
          assert.equal(await auth.authenticate(headers), null);
        }
      },
    },
    {
      name: 'an expired credential is refused with 401 and a challenge',
      holds: async ({ auth, expired }) => isChallenge(await refusalOf(auth, expired)),
    },
    {
      name: 'a forged credential is refused with 401 and a challenge',
      holds: async ({ auth, forged }) => isChallenge(await refusalOf(auth, forged)),
    },
    {
      name: 'an altered credential lets nobody in',
      async holds({ auth, nurse }) {
        for (const headers of alterations(nurse.headers)) {
          const outcome = await auth.authenticate(headers).catch((error: unknown) => error);
          assert.ok(outcome === null || isRefusal(outcome), 'an altered credential was accepted');
        }
      },
    },
    {
      name: 'a role that is not configured may nothing',
      async holds({ auth, unknownRole }) {
        const outcome = await auth.authenticate(unknownRole).catch((error: unknown) => error);
        if (isRefusal(outcome)) assert.equal(outcome.status, 401);
        else assert.deepEqual(actorOf(outcome).scopes, []);
      },
    },
    {
      name: 'a refusal repeats nothing of the credential',
      async holds({ auth, expired, forged }) {
        for (const headers of [expired, forged]) {
          const outcome = await auth.authenticate(headers).catch((error: unknown) => error);
          const said = outcome instanceof Error ? `${outcome.message} ${JSON.stringify(outcome)}` : '';
          for (const piece of (headers.authorization ?? '').split(/[ .]/).filter((part) => part.length > 15)) {
            assert.ok(!said.includes(piece), 'the refusal repeats the credential');
          }
        }
      },
    },
    {
      name: 'strange headers are no fault',
      async holds({ auth }) {
        for (const headers of STRANGE) {
          const outcome = await auth.authenticate(headers).catch((error: unknown) => error);
          assert.ok(!(outcome instanceof Error) || isRefusal(outcome), 'strange headers are answered with a fault');
        }
      },
    },
  ],
};

function actorOf(outcome: unknown): Actor {
  assert.ok(typeof outcome === 'object' && outcome !== null && !(outcome instanceof Error), 'nobody was recognised');
  const { id, roles, scopes } = outcome as Actor;
  assert.ok(typeof id === 'string' && id !== '', 'an actor has an id');
  assert.ok(Array.isArray(roles) && Array.isArray(scopes), 'an actor has lists of roles and scopes');
  return outcome as Actor;
}

async function refusalOf(auth: Auth, headers: Headers): Promise<Refusal> {
  const outcome = await auth.authenticate(headers).catch((error: unknown) => error);
  assert.ok(isRefusal(outcome), 'it is not refused');
  return outcome;
}

/** RFC 9110 section 15.5.2 and RFC 6750 section 3. */
function isChallenge({ status, code, headers }: Refusal): void {
  assert.equal(status, 401);
  assert.match(code, /^[A-Z][A-Z0-9_]+$/);
  assert.match(headers['www-authenticate'] ?? '', /^Bearer error="invalid_token"/);
}

/** The credential with one character changed, at several places of each of its parts. */
function alterations(headers: Headers): Headers[] {
  const [scheme = '', credential = ''] = (headers.authorization ?? '').split(' ');
  const parts = credential.split('.');
  return parts.flatMap((part, place) =>
    // Not the last character, whose unused bits may say the same in two ways.
    [0, Math.floor(part.length / 3), Math.floor(part.length / 2), part.length - 2].map((at) => {
      const altered = part.slice(0, at) + (part[at] === 'x' ? 'y' : 'x') + part.slice(at + 1);
      return { ...headers, authorization: `${scheme} ${parts.with(place, altered).join('.')}` };
    }),
  );
}
