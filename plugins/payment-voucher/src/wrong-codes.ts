import { createHash } from 'node:crypto';
import { type Clock, Refusal, type State } from '@divoc/core/api';

export interface WrongCodes {
  /** Throws a Refusal (429) for somebody who has sent too many codes that were not accepted. */
  assertPatient(actor: string): Promise<void>;
  /** Counts one more. */
  note(actor: string): Promise<void>;
}

interface Count {
  readonly since: string;
  readonly count: number;
}

const HOUR = 3_600_000;

/** Counts, by actor and hour, the codes that were not accepted. Right ones cost no write. */
export function wrongCodes({ state, clock, perHour }: { state: State; clock: Clock; perHour: number }): WrongCodes {
  // Hashed, since an actor's id may hold what a state key cannot.
  const keyOf = (actor: string) => `wrong/${createHash('sha256').update(actor, 'utf8').digest('base64url')}`;
  const left = ({ since }: Count): number => Date.parse(since) + HOUR - clock.now().getTime();
  return {
    async assertPatient(actor) {
      const counted = (await state.get(keyOf(actor)))?.value as Count | undefined;
      if (!counted || counted.count < perHour || left(counted) <= 0) return;
      throw new Refusal(429, 'VOUCHER_TRIES_EXHAUSTED', 'Too many codes were not accepted. Try again later.', {
        headers: { 'retry-after': String(Math.ceil(left(counted) / 1000)) },
      });
    },
    async note(actor) {
      for (;;) {
        const entry = await state.get(keyOf(actor));
        const now = entry?.value as Count | undefined;
        const next = now && left(now) > 0 ? { ...now, count: now.count + 1 } : { since: clock.now().toISOString(), count: 1 };
        if (await state.put(keyOf(actor), next, entry?.version ?? 0)) return;
      }
    },
  };
}
