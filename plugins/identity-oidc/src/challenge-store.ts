import type { Clock, IdentityStart, State } from '@divoc/core/api';
import type { Assurance } from './assurance.js';
import { codeHash, keyOf, seal } from './sealed.js';

/** What a login has shown, readable by whoever holds the challenge's id. */
export interface Shown {
  readonly subject: string;
  readonly assurance: Assurance;
  readonly claims: Readonly<Record<string, string>>;
}

/** A challenge as it is kept: nothing of the person, but for what is sealed. */
export interface ChallengeRecord extends IdentityStart {
  readonly startedAt: string;
  readonly expiresAt: string;
  readonly nonce: string;
  /** RFC 7636. */
  readonly verifier: string;
  /** Seals for the challenge's id. */
  readonly lock: string;
  readonly state: 'waiting' | 'ready' | 'failed' | 'used';
  /** Somebody asks the provider; until then nobody else does. */
  readonly busyUntil?: string;
  /** Hashes of codes that the provider has taken without our having learnt who it was. */
  readonly spent?: readonly string[];
  readonly sealed?: string;
  readonly failure?: string;
  /** What it was used for. */
  readonly act?: string;
}

export interface Kept {
  readonly key: string;
  readonly version: number;
  readonly record: ChallengeRecord;
}

/** How long after its end a challenge goes on to answer the act that used it: as long as an Idempotency-Key. */
const AFTERLIFE_SECONDS = 86_400;
const SWEPT_AT_ONCE = 20;

/** Challenges in the plugin's memory. Each step is one compare-and-set, so that of two at once one happens, also over a crash. */
export class ChallengeStore {
  constructor(
    private readonly memory: State,
    private readonly clock: Clock,
  ) {}

  async create(state: string, record: ChallengeRecord): Promise<void> {
    const key = keyOf(state);
    await this.sweep();
    // First what has it deleted: a challenge that nobody would delete is worse than a deletion of none.
    await this.memory.put(`due/${this.later(record.expiresAt, AFTERLIFE_SECONDS)}/${key}`, true, 0);
    if (!(await this.memory.put(`challenge/${key}`, record, 0))) throw new Error('a challenge was begun twice');
  }

  async find(state: string): Promise<Kept | undefined> {
    const key = keyOf(state);
    const entry = await this.memory.get(`challenge/${key}`);
    return entry && { key, version: entry.version, record: entry.value as ChallengeRecord };
  }

  isOver = ({ expiresAt }: ChallengeRecord): boolean => this.clock.now().getTime() >= Date.parse(expiresAt);
  isBusy = ({ busyUntil }: ChallengeRecord): boolean => busyUntil !== undefined && this.clock.now().getTime() < Date.parse(busyUntil);
  hasSpent = ({ spent }: ChallengeRecord, code: string): boolean => spent?.includes(codeHash(code)) === true;

  /** Takes the right to ask the provider, for as long as that may take; undefined when somebody else has been quicker. */
  claim(kept: Kept, seconds: number): Promise<Kept | undefined> {
    return this.change(kept, { busyUntil: this.later(this.clock.now().toISOString(), seconds) });
  }
  ready(kept: Kept, shown: Shown): Promise<Kept | undefined> {
    return this.change(kept, { state: 'ready', sealed: seal(kept.record.lock, shown) });
  }
  failed(kept: Kept, failure: string): Promise<Kept | undefined> {
    return this.change(kept, { state: 'failed', failure });
  }
  /** Lets the person try again; with a new login when their code is used up. */
  release(kept: Kept, spentCode: string | undefined): Promise<Kept | undefined> {
    const { spent = [] } = kept.record;
    return this.change(kept, spentCode === undefined ? {} : { spent: [...spent.slice(-9), codeHash(spentCode)] });
  }
  used(kept: Kept, act: string): Promise<Kept | undefined> {
    return this.change(kept, { state: 'used', act });
  }

  private async change({ key, version, record }: Kept, next: Partial<ChallengeRecord>): Promise<Kept | undefined> {
    const { busyUntil: _, ...rest } = record;
    const changed = { ...rest, ...next };
    return (await this.memory.put(`challenge/${key}`, changed, version)) ? { key, version: version + 1, record: changed } : undefined;
  }

  /** A few at a time, whenever one is begun: as many go as come. */
  private async sweep(): Promise<void> {
    const now = this.clock.now().toISOString();
    for (const { key } of await this.memory.list('due/', { limit: SWEPT_AT_ONCE })) {
      const [, due = '', name = ''] = key.split('/');
      if (due > now) return;
      await this.memory.delete(`challenge/${name}`);
      await this.memory.delete(key);
    }
  }

  private later = (instant: string, seconds: number): string => new Date(Date.parse(instant) + seconds * 1000).toISOString();
}
