import { randomBytes } from 'node:crypto';
import { type Clock, type Fault, type Identity, type IdentityUse, Refusal } from '@divoc/core/api';
import { authorizationUrl } from './authorization-url.js';
import type { ChallengeStore, Kept, Shown } from './challenge-store.js';
import type { Provider } from './provider.js';
import { ProviderError, unreachable } from './provider-error.js';
import { lockOf, open, stateOf } from './sealed.js';
import type { Settings } from './settings.js';

const RETRY_AFTER_SECONDS = 15;
const MOST_FAULTS = 20;
const secret = (): string => randomBytes(32).toString('base64url');

export interface OidcIdentityOptions {
  readonly settings: Settings;
  readonly store: ChallengeStore;
  readonly provider: Provider;
  readonly clock: Clock;
}

/** People who sign in at an OpenID provider. The challenge's id is kept nowhere: it alone opens what the login has shown. */
export function oidcIdentity({ settings, store, provider, clock }: OidcIdentityOptions): Required<Identity> {
  /** A challenge that this actor may know of, over or not. */
  const own = async (id: string, actor: string): Promise<Kept | undefined> => {
    if (!/^[A-Za-z0-9_-]{43}$/.test(id)) return undefined;
    const kept = await store.find(stateOf(id));
    return kept?.record.actor === actor ? kept : undefined;
  };

  return {
    async start({ programme, claims, actor }) {
      const [id, nonce, verifier, now] = [secret(), secret(), secret(), clock.now()];
      const expiresAt = new Date(now.getTime() + settings.challengeSeconds * 1000).toISOString();
      const state = stateOf(id);
      const begun = { programme, claims, actor, startedAt: now.toISOString(), expiresAt, nonce, verifier };
      const url = await authorizationUrl(await reachable(provider), settings, state, begun);
      await store.create(state, { ...begun, lock: lockOf(id), state: 'waiting' });
      return { id, url: url.href, expiresAt };
    },

    async look(id, actor) {
      const kept = await own(id, actor);
      if (!kept || store.isOver(kept.record)) return undefined;
      const { state, sealed, failure } = kept.record;
      if (state === 'failed') return { state, ...(failure !== undefined && { reason: failure }) };
      if (state !== 'ready') return { state };
      return { state, claims: (open(id, sealed ?? '') as Shown).claims };
    },

    async identify(input, use) {
      const id = challengeIn(input);
      // Twice at most: whoever loses to another act finds it used.
      for (let attempt = 0; attempt < 3; attempt += 1) {
        const kept = await own(id, use.actor);
        if (!kept) throw refusal('CHALLENGE_UNKNOWN', 'there is no such challenge, or it is over, or another actor began it', BEGIN);
        assertUsable(kept, use, store.isOver(kept.record));
        const isUsed = kept.record.state === 'used' || (await store.used(kept, use.act)) !== undefined;
        if (isUsed) return verified(open(id, kept.record.sealed ?? '') as Shown, use);
      }
      throw refusal('CHALLENGE_USED', 'it has been used for something else', BEGIN);
    },
  };
}

const BEGIN = 'Begin a new challenge.';

function assertUsable({ record: { programme, state, act, failure } }: Kept, use: IdentityUse, isOver: boolean): void {
  if (programme !== use.programme) throw refusal('CHALLENGE_OF_OTHER_PROGRAMME', 'it was begun for another programme', BEGIN);
  if (state === 'used') {
    if (act !== use.act) throw refusal('CHALLENGE_USED', 'it has been used for something else', BEGIN);
    return;
  }
  if (isOver) throw refusal('CHALLENGE_UNKNOWN', 'there is no such challenge, or it is over, or another actor began it', BEGIN);
  if (state === 'failed') throw refusal('CHALLENGE_FAILED', `the person could not be identified (${failure})`, BEGIN);
  if (state === 'waiting') throw refusal('CHALLENGE_WAITING', 'the person has not signed in yet', 'Wait until the challenge is ready.');
}

/** Only what both the challenge was begun for and this use may see. */
function verified({ subject, assurance, claims }: Shown, use: IdentityUse) {
  const seen = Object.fromEntries(Object.entries(claims).filter(([name]) => use.claims.includes(name)));
  return { scheme: 'oidc', subject, assurance, ...(Object.keys(seen).length > 0 && { claims: seen }) };
}

async function reachable(provider: Provider) {
  try {
    return await provider.current();
  } catch (error) {
    throw error instanceof ProviderError ? unreachable(RETRY_AFTER_SECONDS) : error;
  }
}

function challengeIn(input: Readonly<Record<string, unknown>>): string {
  const challenge = Object.hasOwn(input, 'challenge') ? input.challenge : undefined;
  const unknown = Object.keys(input).filter((name) => name !== 'challenge');
  const faults: Fault[] = unknown.slice(0, MOST_FAULTS).map(unknownMember);
  const fix = 'Send the id of a challenge that is ready.';
  if (challenge === undefined) faults.unshift(fault('FIELD_MISSING', 'this member is required', fix));
  else if (typeof challenge !== 'string') faults.unshift(fault('FIELD_WRONG_TYPE', 'must be a string', fix));
  if (faults.length > 0) throw refused(faults);
  return challenge as string;
}

/** A member's name comes from the sender, who may have mistaken it for a value: only plain ones are shown. */
function unknownMember(name: string): Fault {
  const isPlain = /^[A-Za-z][A-Za-z_-]{0,63}$/.test(name);
  const detail = isPlain ? 'there is no such member' : 'a member has a name that is not known here';
  return { pointer: isPlain ? `/${name}` : '', code: 'FIELD_UNKNOWN', detail, fix: 'Send { "challenge": … } alone.' };
}

const fault = (code: string, detail: string, fix: string): Fault => ({ pointer: '/challenge', code, detail, fix });
const refusal = (code: string, detail: string, fix: string): Refusal => refused([fault(code, detail, fix)]);
const refused = (errors: readonly Fault[]): Refusal =>
  new Refusal(422, 'IDENTITY_INPUT_INVALID', 'The challenge does not identify anybody.', { errors });
