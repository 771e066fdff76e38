import { performance } from 'node:perf_hooks';
import type { Reissue } from '../internal/reissue.js';

export interface ReissueTotals {
  readonly looked: number;
  readonly reissued: number;
  readonly before: number;
  readonly ended: number;
  readonly failed: Readonly<Record<string, number>>;
  readonly milliseconds: number;
}

/** So often progress is told, in milliseconds. */
const TOLD_EVERY = 1000;

/**
 * Has all pages re-issued, one after another, and tells every second how far it is. What was being issued while the key was
 * revoked may have been stored behind a page that was done: where something was re-issued, it is looked once more.
 */
export async function reissueAll(
  reissue: Reissue,
  options: { readonly key?: string; readonly dryRun?: boolean },
  tell: (line: string) => void,
): Promise<ReissueTotals> {
  const begun = performance.now();
  let told = begun;
  const first = { looked: 0, reissued: 0, before: 0, ended: 0, failed: {} as Record<string, number> };
  const pass = async (totals: typeof first): Promise<typeof first> => {
    let after: string | undefined;
    do {
      const { next, failed, ...page } = await reissue.page({ ...options, ...(after !== undefined && { after }) });
      for (const name of ['looked', 'reissued', 'before', 'ended'] as const) totals[name] += page[name];
      for (const [code, count] of Object.entries(failed)) totals.failed[code] = (totals.failed[code] ?? 0) + count;
      after = next;
      if (performance.now() - told < TOLD_EVERY) continue;
      told = performance.now();
      tell(`${totals.looked} looked at, ${totals.reissued} re-issued, ${perSecond(totals.reissued, told - begun)} a second`);
    } while (after !== undefined);
    return totals;
  };
  const totals = await pass(first);
  if (totals.reissued > 0 && !options.dryRun) {
    const again = await pass({ looked: 0, reissued: 0, before: 0, ended: 0, failed: {} });
    totals.reissued += again.reissued;
    totals.failed = again.failed;
  }
  return { ...totals, milliseconds: Math.round(performance.now() - begun) };
}

export const perSecond = (count: number, milliseconds: number): number => Math.round((count * 1000) / Math.max(1, milliseconds));

export const failuresOf = ({ failed }: ReissueTotals): number => Object.values(failed).reduce((sum, count) => sum + count, 0);

/** For a person: what was done, what was not, and how long it took. */
export function totalsInWords(totals: ReissueTotals, isDryRun: boolean): string {
  const { looked, reissued, before, ended, failed, milliseconds } = totals;
  const done = isDryRun ? `${reissued} would be re-issued` : `${reissued} re-issued`;
  const faults = Object.entries(failed)
    .sort()
    .map(([code, count]) => `${code}: ${count} could not be re-issued`);
  const left = `${before} re-issued before, ${ended} ended and left as they are, ${looked} looked at`;
  return [...faults, `${done}, ${left}`, `done in ${milliseconds} ms, ${perSecond(reissued, milliseconds)} a second`].join('\n');
}
