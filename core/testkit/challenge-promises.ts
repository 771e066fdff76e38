import assert from 'node:assert/strict';
import type { Challenge, Identity, IdentityStart, IdentityUse, VerifiedIdentity } from '../api/ports/identity.js';
import { isRefusal, type Refusal } from '../api/refusal.js';
import type { Promised } from './contract.js';
import type { HandClock } from './hand-clock.js';
import type { LogLine } from './listening-log.js';
import type { MemoryState } from './memory-state.js';

/** What is around a provider that begins challenges: two people, its memory, its log, and time. */
export interface ChallengeWorld {
  /** The person does what `url` asks of them; afterwards the challenge is ready. */
  meet(challenge: Challenge, person: 'one' | 'other'): Promise<void>;
  /** The same provider in another process: settings, memory and clock are shared, and nothing else. */
  restart(): Promise<Identity>;
  readonly clock: HandClock;
  readonly state: MemoryState;
  /** All that it has logged. */
  readonly lines: readonly LogLine[];
  /** Of both people: names, numbers, dates. None of it may be readable anywhere. */
  readonly personal: readonly string[];
}

/** How contracts begin a challenge, and use it. */
export const contractStart: IdentityStart = { programme: 'covid-19', claims: ['birthDate', 'gender', 'name'], actor: 'nurse' };
export const contractUse: IdentityUse = { ...contractStart, act: 'an-act' };

interface Subject {
  readonly identity: Identity;
  readonly challenges?: ChallengeWorld;
}
type Challenging = Required<Identity>;

/** What every provider keeps that begins challenges; those that begin none have nothing to keep. */
export const challengePromises: readonly Promised<Subject>[] = [
  promise('a challenge waits until the person has met it', async (identity, { meet }) => {
    const challenge = await identity.start(contractStart);
    assert.equal((await identity.look(challenge.id, 'nurse'))?.state, 'waiting');
    await refusalOf(use(identity, challenge));
    await meet(challenge, 'one');
    assert.equal((await identity.look(challenge.id, 'nurse'))?.state, 'ready');
    await use(identity, challenge);
    assert.equal((await identity.look(challenge.id, 'nurse'))?.state, 'used');
  }),
  promise('a challenge cannot be guessed, leads over TLS, and says when it ends', async (identity, { clock }) => {
    const begun = await Promise.all(Array.from({ length: 8 }, () => identity.start(contractStart)));
    assert.equal(new Set(begun.map(({ id }) => id)).size, begun.length);
    for (const { id, url, expiresAt } of begun) {
      // 128 bits in base64url.
      assert.match(id, /^[A-Za-z0-9_-]{22,}$/);
      assert.match(url, /^(https:|http:\/\/(localhost|127\.0\.0\.1)[:/])/);
      assert.ok(!url.includes(id), 'the id stands in the URL');
      const seconds = (Date.parse(expiresAt) - clock.now().getTime()) / 1000;
      assert.ok(seconds > 0 && seconds <= 86_400, 'it ends in the past, or next week');
    }
  }),
  promise('a challenge is used once: the same act is answered alike, every other one is refused', async (identity, world) => {
    const challenge = await met(identity, world);
    const first = await use(identity, challenge);
    assert.deepEqual(await use(identity, challenge), first);
    assert.deepEqual(await use(await world.restart(), challenge), first);
    await refusalOf(use(identity, challenge, { act: 'another-act' }));
  }),
  promise('of two acts at once one is answered', async (identity, world) => {
    const challenge = await met(identity, world);
    const acts = ['a', 'b', 'c'].map((act) => use(identity, challenge, { act }));
    const answered = (await Promise.allSettled(acts)).filter(({ status }) => status === 'fulfilled');
    assert.equal(answered.length, 1);
  }),
  promise('a crash while it is used lets no second act through, and loses nothing', async (identity, world) => {
    for (const write of [1, 2, 3]) {
      const challenge = await met(identity, world);
      world.state.crashBefore = write;
      const first = await use(identity, challenge).catch(() => undefined);
      const hasCrashed = world.state.crashBefore === 0;
      world.state.crashBefore = undefined;
      if (!hasCrashed) continue;
      const restarted = await world.restart();
      const second = await use(restarted, challenge, { act: 'another-act' }).catch(() => undefined);
      assert.ok(!first || !second, 'two acts were answered');
      const again = await use(restarted, challenge).catch(() => undefined);
      assert.ok(second || again, 'it answers nothing any more');
    }
  }),
  promise('a challenge ends', async (identity, world) => {
    const [fresh, ready] = [await identity.start(contractStart), await met(identity, world)];
    world.clock.pass((Date.parse(ready.expiresAt) - world.clock.now().getTime()) / 1000);
    for (const challenge of [fresh, ready]) {
      assert.equal(await identity.look(challenge.id, 'nurse'), undefined);
      await refusalOf(use(identity, challenge));
    }
  }),
  promise("another actor's challenge is as unknown as one that was never begun", async (identity, world) => {
    const challenge = await met(identity, world);
    const never = { ...challenge, id: [...challenge.id].reverse().join('') };
    assert.equal(await identity.look(challenge.id, 'somebody-else'), undefined);
    const refusals = [challenge, never].map((one) => refusalOf(use(identity, one, { actor: 'somebody-else' })));
    const [theirs, none] = (await Promise.all(refusals)).map(({ code, message, errors }) => ({ code, message, errors }));
    assert.deepEqual(theirs, none);
    await use(identity, challenge);
  }),
  promise('a challenge serves the programme that it was begun for', async (identity, world) => {
    const challenge = await met(identity, world);
    await refusalOf(use(identity, challenge, { programme: 'measles' }));
    await use(identity, challenge);
  }),
  promise('nobody sees claims that the challenge was not begun for', async (identity, world) => {
    const challenge = await met(identity, world, { ...contractStart, claims: ['gender'] });
    const { claims: shown = {} } = (await identity.look(challenge.id, 'nurse')) ?? {};
    const { claims: given = {} } = await use(identity, challenge);
    assert.deepEqual(
      [...Object.keys(shown), ...Object.keys(given)].filter((name) => name !== 'gender'),
      [],
    );
  }),
  promise('nothing personal is kept readable or logged', async (identity, world) => {
    const [waiting, ready] = [await identity.start(contractStart), await met(identity, world)];
    await refusalOf(use(identity, waiting));
    await identity.look(ready.id, 'nurse');
    const { subject } = await use(identity, ready);
    const left = JSON.stringify([[...world.state.entries.values()], world.lines]);
    const secret = { ...world.personal, subject, 'the id of the challenge': ready.id };
    for (const [name, text] of Object.entries(secret)) assert.ok(!left.includes(JSON.stringify(text).slice(1, -1)), `${name} is readable`);
  }),
];

function promise(name: string, keeps: (identity: Challenging, world: ChallengeWorld) => Promise<void>): Promised<Subject> {
  return {
    name,
    async holds({ identity, challenges }) {
      if (!identity.start && !challenges) return;
      assert.ok(identity.start && identity.look && challenges, 'who begins challenges has start and look, and is tested with them');
      await keeps(identity as Challenging, challenges);
    },
  };
}

async function met(identity: Challenging, { meet }: ChallengeWorld, start = contractStart): Promise<Challenge> {
  const challenge = await identity.start(start);
  await meet(challenge, 'one');
  return challenge;
}

const use = (identity: Identity, { id }: Challenge, changes: Partial<IdentityUse> = {}): Promise<VerifiedIdentity> =>
  identity.identify({ challenge: id }, { ...contractUse, ...changes });

async function refusalOf(work: Promise<unknown>): Promise<Refusal> {
  const error = await work.then(
    () => assert.fail('it was answered'),
    (thrown: unknown) => thrown,
  );
  assert.ok(isRefusal(error), 'a fault instead of a refusal');
  assert.equal(error.status, 422);
  return error;
}
