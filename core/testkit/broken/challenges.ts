import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import type { Challenge, Identity, IdentityUse } from '../../api/ports/identity.js';
import { Refusal } from '../../api/refusal.js';
import type { ChallengeWorld } from '../challenge-promises.js';
import { contractStart } from '../challenge-promises.js';
import { handClock } from '../hand-clock.js';
import type { IdentitySubject } from '../identity-contract.js';
import { type MemoryState, memoryState } from '../memory-state.js';

const PEOPLE = {
  one: { number: 'NL-77-4411', claims: { name: 'Asha Perera', birthDate: '1984-03-02', gender: 'female' } },
  other: { number: 'NL-12-0935', claims: { name: 'Ravi Silva', birthDate: '1979-11-30', gender: 'male' } },
} as const;
type Shown = { readonly number: string; readonly claims: Readonly<Record<string, string>> };

/** The single faults that a provider of challenges can have. */
interface Faults {
  readonly alwaysReady?: boolean;
  readonly guessable?: boolean;
  readonly usedForAll?: boolean;
  readonly overwrites?: boolean;
  readonly answersFirst?: boolean;
  readonly endless?: boolean;
  readonly anyActor?: boolean;
  readonly anyProgramme?: boolean;
  readonly showsAll?: boolean;
  readonly readable?: boolean;
}

interface Kept {
  readonly programme: string;
  readonly claims: readonly string[];
  readonly actor: string;
  readonly expiresAt: string;
  readonly sealed?: string;
  readonly act?: string;
}

const VALID_SECONDS = 600;
let begun = 0;
const keyOf = (id: string): string => createHash('sha256').update(id).digest('base64url');
const refused = (): Refusal => new Refusal(422, 'CHALLENGE_UNUSABLE', 'This challenge cannot be used.');

/** A provider of challenges that keeps every promise, but for the faults that it is given. */
export function challenging(faults: Faults = {}): Promise<IdentitySubject> {
  const [state, clock] = [memoryState(), handClock()];
  const identity = provider(state, clock, faults);
  const meet: ChallengeWorld['meet'] = async ({ id }, person) => {
    const { value, version } = (await state.get(keyOf(id)))!;
    await state.put(keyOf(id), { ...(value as Kept), sealed: seal(id, PEOPLE[person], faults.readable) }, version);
  };
  const personal = Object.values(PEOPLE).flatMap(({ number, claims: { name, birthDate } }) => [number, name, birthDate]);
  const challenges = { meet, restart: async () => provider(state, clock, faults), clock, state, lines: [], personal };
  const shown = async (person: 'one' | 'other') => {
    const challenge = (await identity.start(contractStart)) as Challenge;
    await meet(challenge, person);
    return { challenge: challenge.id };
  };
  return Promise.all([shown('one'), shown('one'), shown('other')]).then(([first, second, other]) => ({
    identity,
    onePerson: [first, second],
    others: [other],
    bad: [{ challenge: 'no-such-challenge' }, { challenge: 12345 }],
    challenges,
  }));
}

function provider(state: MemoryState, clock: { now(): Date }, faults: Faults): Required<Identity> {
  const own = async (id: unknown, actor: string) => {
    const entry = typeof id === 'string' ? await state.get(keyOf(id)) : undefined;
    const kept = entry?.value as Kept | undefined;
    if (!entry || !kept || (kept.actor !== actor && !faults.anyActor)) return undefined;
    if (!faults.endless && clock.now().getTime() >= Date.parse(kept.expiresAt)) return undefined;
    return { ...kept, version: entry.version };
  };
  /** Takes the challenge for an act; what was there before decides. */
  const take = async (id: string, { version, ...kept }: Kept & { version: number }, act: string): Promise<boolean> => {
    if (faults.overwrites) {
      while (!(await state.put(keyOf(id), { ...kept, act }, (await state.get(keyOf(id)))?.version ?? 0)));
      return true;
    }
    const taken = state.put(keyOf(id), { ...kept, act }, version);
    return faults.answersFirst ? taken.catch(() => true) : taken;
  };

  return {
    async start({ programme, claims, actor }) {
      begun += 1;
      const id = faults.guessable ? `challenge-${begun}` : randomBytes(24).toString('base64url');
      const expiresAt = new Date(clock.now().getTime() + VALID_SECONDS * 1000).toISOString();
      await state.put(keyOf(id), { programme, claims, actor, expiresAt }, 0);
      return { id, url: `https://id.example/${keyOf(id)}`, expiresAt };
    },
    async look(id, actor) {
      const kept = await own(id, actor);
      if (!kept) return undefined;
      if (kept.act !== undefined) return { state: 'used' };
      if (kept.sealed === undefined) return { state: faults.alwaysReady ? 'ready' : 'waiting' };
      const { claims } = open(id, kept.sealed);
      return { state: 'ready', claims: faults.showsAll ? claims : cut(claims, kept.claims) };
    },
    async identify({ challenge: id, ...more }, use: IdentityUse) {
      if (typeof id !== 'string' || Object.keys(more).length > 0) throw refused();
      const kept = await own(id, use.actor);
      if (kept?.sealed === undefined || (kept.programme !== use.programme && !faults.anyProgramme)) throw refused();
      if (kept.act !== undefined && kept.act !== use.act && !faults.usedForAll) throw refused();
      if (kept.act === undefined && !(await take(id, kept, use.act))) throw refused();
      const { number, claims } = open(id, kept.sealed);
      const assurance = { ial: 1, basis: 'test' } as const;
      return { scheme: 'test-login', subject: number, assurance, claims: cut(cut(claims, kept.claims), use.claims) };
    },
  };
}

const cut = (claims: Readonly<Record<string, string>>, names: readonly string[]): Record<string, string> =>
  Object.fromEntries(Object.entries(claims).filter(([name]) => names.includes(name)));

const cipherKey = (id: string): Buffer => createHash('sha256').update(`seal ${id}`).digest();

function seal(id: string, shown: Shown, isReadable = false): string {
  if (isReadable) return JSON.stringify(shown);
  const cipher = createCipheriv('aes-256-gcm', cipherKey(id), Buffer.alloc(12));
  return Buffer.concat([cipher.update(JSON.stringify(shown)), cipher.final(), cipher.getAuthTag()]).toString('base64url');
}

function open(id: string, sealed: string): Shown {
  if (sealed.startsWith('{')) return JSON.parse(sealed) as Shown;
  const bytes = Buffer.from(sealed, 'base64url');
  const decipher = createDecipheriv('aes-256-gcm', cipherKey(id), Buffer.alloc(12), { authTagLength: 16 });
  decipher.setAuthTag(bytes.subarray(-16));
  return JSON.parse(Buffer.concat([decipher.update(bytes.subarray(0, -16)), decipher.final()]).toString()) as Shown;
}

/** Providers of challenges that each break one promise, by its name. */
export const brokenChallenges: Readonly<Record<string, () => Promise<IdentitySubject>>> = {
  'a challenge waits until the person has met it': () => challenging({ alwaysReady: true }),
  'a challenge cannot be guessed, leads over TLS, and says when it ends': () => challenging({ guessable: true }),
  'a challenge is used once: the same act is answered alike, every other one is refused': () => challenging({ usedForAll: true }),
  'of two acts at once one is answered': () => challenging({ overwrites: true }),
  'a crash while it is used lets no second act through, and loses nothing': () => challenging({ answersFirst: true }),
  'a challenge ends': () => challenging({ endless: true }),
  "another actor's challenge is as unknown as one that was never begun": () => challenging({ anyActor: true }),
  'a challenge serves the programme that it was begun for': () => challenging({ anyProgramme: true }),
  'nobody sees claims that the challenge was not begun for': () => challenging({ showsAll: true }),
  'nothing personal is kept readable or logged': () => challenging({ readable: true }),
};
