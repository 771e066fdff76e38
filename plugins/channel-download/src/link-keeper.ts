import { createHash, randomBytes } from 'node:crypto';
import { type Clock, type Delivery, Refusal, type State } from '@divoc/core/api';

export interface LinkKeeperOptions {
  readonly state: State;
  readonly clock: Clock;
  /** Milliseconds. */
  readonly validFor: number;
}

export interface LinkKeeper {
  /** The token of a delivery: the same for the same key, after a crash and in a race. */
  keep(delivery: Delivery): Promise<string>;
  /** The certificate behind a token. Throws a Refusal (404) for one that is unknown or has expired. */
  find(token: string): Promise<string>;
}

interface Link {
  readonly certificateId: string;
  /** Fixed at the first delivery: what a person was told stays true when the setting changes. */
  readonly expires: string;
}
type Promised = Link & { readonly token: string };

/** Of every reply about a link, whatever it says: not for caches, other sites or search engines. */
export const PRIVATE_HEADERS = { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer', 'x-robots-tag': 'noindex' };

export function linkKeeper({ state, clock, validFor }: LinkKeeperOptions): LinkKeeper {
  /** The first to write under the delivery's key decides; all others read what it wrote. */
  const promise = async ({ certificateId, key }: Delivery): Promise<Promised> => {
    // Hashed, since a key may hold what a state key cannot.
    const entry = `delivery/${hash(key)}`;
    const kept = await state.get(entry);
    if (kept) return kept.value as Promised;
    const token = randomBytes(32).toString('base64url');
    const promised = { token, certificateId, expires: new Date(clock.now().getTime() + validFor).toISOString() };
    if (await state.put(entry, promised, 0)) return promised;
    const winner = await state.get(entry);
    if (!winner) throw new Error('the state says of a delivery both that it is there and that it is not');
    return winner.value as Promised;
  };

  return {
    async keep(delivery) {
      const { token, ...link } = await promise(delivery);
      // Also when the promise is old: a crash may have come between the two, and then this repairs it.
      await state.put(`link/${hash(token)}`, link satisfies Link, 0);
      return token;
    },

    async find(token) {
      // A malformed token goes the same way as one that is merely unknown: the answer tells nothing of what tokens are like.
      const link = (await state.get(`link/${hash(token)}`))?.value as Link | undefined;
      if (!link) throw unknownLink();
      if (clock.now().getTime() < Date.parse(link.expires)) return link.certificateId;
      throw new Refusal(404, 'LINK_EXPIRED', 'This link has expired. Ask where you got it for a new one.', { headers: PRIVATE_HEADERS });
    },
  };
}

export function unknownLink(): Refusal {
  return new Refusal(404, 'LINK_UNKNOWN', 'There is no such link. Check that all of it was copied.', { headers: PRIVATE_HEADERS });
}

function hash(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('base64url');
}
