import assert from 'node:assert/strict';
import type { Identity } from '../api/ports/identity.js';
import { isRefusal, type Refusal } from '../api/refusal.js';
import { type ChallengeWorld, challengePromises, contractUse as use } from './challenge-promises.js';
import type { Contract } from './contract.js';

/** A provider with inputs that its author knows: those of one person, those of others, and bad ones. */
export interface IdentitySubject {
  readonly identity: Identity;
  /** Ways to write the identifier of one and the same person; at least one. */
  readonly onePerson: readonly Readonly<Record<string, unknown>>[];
  /** Of other people, each of another one; at least one. */
  readonly others: readonly Readonly<Record<string, unknown>>[];
  /** What identifies nobody. Texts of four characters or more in it must not come back in a refusal. */
  readonly bad: readonly Readonly<Record<string, unknown>>[];
  /**
   * Of a provider that begins challenges. Its inputs are challenges that were begun by `contractStart` and are ready; each
   * of them is used for `contractUse`.
   */
  readonly challenges?: ChallengeWorld;
}

const SECONDS = 1;

/** What every provider of `identity/0` keeps. */
export const identityContract: Contract<IdentitySubject> = {
  port: 'identity/0',
  promises: [
    {
      name: 'one person is one subject, however the identifier is written, and each time',
      async holds({ identity, onePerson }) {
        const found = new Set<string>();
        for (const input of [...onePerson, ...onePerson]) found.add(keyOf(await identity.identify(input, use)));
        assert.equal(found.size, 1);
      },
    },
    {
      name: 'different people are different subjects',
      async holds({ identity, onePerson, others }) {
        const found = new Set<string>();
        for (const input of [onePerson[0] ?? {}, ...others]) found.add(keyOf(await identity.identify(input, use)));
        assert.equal(found.size, others.length + 1);
      },
    },
    {
      name: 'scheme, subject and assurance are well formed',
      async holds({ identity, onePerson }) {
        const { scheme, subject, assurance } = await identity.identify(onePerson[0] ?? {}, use);
        assert.match(scheme, /^[a-z][a-z0-9:./-]{0,199}$/i);
        assert.ok(typeof subject === 'string' && subject.length > 0);
        assert.ok([0, 1, 2, 3].includes(assurance.ial));
        assert.match(assurance.basis, /^[a-z][a-z0-9-]{0,39}$/);
      },
    },
    {
      name: 'only claims that the programme may see are given',
      async holds({ identity, onePerson }) {
        const { claims = {} } = await identity.identify(onePerson[0] ?? {}, { ...use, claims: [] });
        assert.deepEqual(Object.keys(claims), []);
      },
    },
    {
      name: 'bad input is refused with 422 and never a fault',
      async holds({ identity, bad }) {
        for (const input of [...bad, {}, { [`${'x'.repeat(2000)}`]: 1 }]) {
          const error = await errorOf(identity, input);
          assert.ok(isRefusal(error), 'a fault instead of a refusal');
          assert.equal(error.status, 422);
        }
      },
    },
    {
      name: 'a refusal repeats nothing of what was sent',
      async holds({ identity, bad }) {
        for (const input of bad) {
          const error = (await errorOf(identity, input)) as Refusal;
          const said = JSON.stringify([error.message, error.errors, error.headers]);
          for (const text of textsOf(input)) assert.ok(!said.includes(text), 'a value came back in a refusal');
        }
      },
    },
    {
      name: 'members that it does not know are refused',
      async holds({ identity, onePerson }) {
        const error = await errorOf(identity, { ...onePerson[0], surplusmember: 'x' });
        assert.ok(isRefusal(error));
      },
    },
    {
      name: 'an answer comes soon',
      async holds({ identity, onePerson, bad }) {
        for (const input of [onePerson[0] ?? {}, ...bad]) {
          let timer: NodeJS.Timeout | undefined;
          const late = new Promise<'late'>((done) => {
            timer = setTimeout(() => done('late'), SECONDS * 1000);
          });
          const end = await Promise.race([identity.identify(input, use).catch(() => 'refused'), late]);
          clearTimeout(timer);
          assert.notEqual(end, 'late');
        }
      },
    },
    ...challengePromises,
  ],
};

const keyOf = ({ scheme, subject }: { scheme: string; subject: string }): string => JSON.stringify([scheme, subject]);

async function errorOf(identity: Identity, input: Readonly<Record<string, unknown>>): Promise<unknown> {
  try {
    await identity.identify(input, use);
  } catch (error) {
    return error;
  }
  throw new assert.AssertionError({ message: 'what identifies nobody was taken' });
}

function textsOf(value: unknown): string[] {
  if (typeof value === 'string' || typeof value === 'number') return String(value).length >= 4 ? [String(value)] : [];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
}
