import { createHash } from 'node:crypto';
import type { Clock, State } from '@divoc/core/api';

/**
 * What is known of the sending of one message. `sending` is written before a byte leaves; whoever finds it after its time
 * knows that a process died in between, and that the message may have arrived.
 */
interface Entry {
  readonly state: 'sending' | 'sent' | 'unsent' | 'unsure';
  /** Until when whoever is sending may be believed to be alive. */
  readonly until: string;
}
interface Seen {
  readonly entry: Entry | undefined;
  readonly version: number;
}

/** The right to send one message now. */
export interface Turn {
  /** It may be the second time. */
  readonly isRepeated: boolean;
  /** Says how it went. That it was sent is kept whatever others have written meanwhile. */
  end(how: 'sent' | 'unsent' | 'unsure'): Promise<void>;
}

export interface SendLedger {
  wasSent(key: string): Promise<boolean>;
  /** `sent`: it was, before; `busy`: somebody else is at it. */
  begin(key: string): Promise<Turn | 'sent' | 'busy'>;
  /** How many messages may have been sent twice. */
  doubles(): Promise<number>;
}

const DOUBLES = 'doubles';
const entryKey = (key: string): string => `mail/${createHash('sha256').update(key, 'utf8').digest('base64url')}`;

/** Remembers in `state` what was sent. `turnSeconds`: longer than any message takes. */
export function sendLedger(state: State, clock: Clock, turnSeconds: number): SendLedger {
  const look = async (at: string): Promise<Seen> => {
    const found = await state.get(at);
    return { entry: found?.value as Entry | undefined, version: found?.version ?? 0 };
  };
  const countDouble = async (): Promise<void> => {
    for (;;) {
      const found = await state.get(DOUBLES);
      const count = ((found?.value as { count: number } | undefined)?.count ?? 0) + 1;
      if (await state.put(DOUBLES, { count }, found?.version ?? 0)) return;
    }
  };

  return {
    wasSent: async (key) => (await look(entryKey(key))).entry?.state === 'sent',

    async begin(key) {
      const at = entryKey(key);
      const { entry, version } = await look(at);
      if (entry?.state === 'sent') return 'sent';
      const now = clock.now().getTime();
      if (entry?.state === 'sending' && now < Date.parse(entry.until)) return 'busy';
      const isRepeated = entry?.state === 'sending' || entry?.state === 'unsure';
      const until = new Date(now + turnSeconds * 1000).toISOString();
      if (!(await state.put(at, { state: 'sending', until } satisfies Entry, version))) return 'busy';
      if (isRepeated) await countDouble();
      return {
        isRepeated,
        async end(how) {
          if (await state.put(at, { state: how, until } satisfies Entry, version + 1)) return;
          while (how === 'sent') {
            const seen = await look(at);
            if (seen.entry?.state === 'sent' || (await state.put(at, { state: how, until } satisfies Entry, seen.version))) return;
          }
        },
      };
    },

    doubles: async () => ((await state.get(DOUBLES))?.value as { count: number } | undefined)?.count ?? 0,
  };
}
