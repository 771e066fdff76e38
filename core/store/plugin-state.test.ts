import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holdTo } from '../testkit/contract.js';
import { stateContract } from '../testkit/state-contract.js';
import { databaseFile, openStore } from './store.fixture.js';

describe('the state of plugins', () =>
  holdTo(it, stateContract, async () => {
    const store = await openStore();
    return { mine: store.state('sms'), others: store.state('sm') };
  }));

describe('state', () => {
  it('is written only against the version that was read', async () => {
    const state = (await openStore()).state('sms');
    expect(await state.get('k')).toBeUndefined();
    expect(await state.put('k', 'x', 1)).toBe(false);
    expect(await state.put('k', { n: 1 }, 0)).toBe(true);
    expect(await state.put('k', { n: 2 }, 0)).toBe(false);
    expect(await state.get('k')).toEqual({ key: 'k', value: { n: 1 }, version: 1 });
    expect(await state.put('k', [null, false], 1)).toBe(true);
    expect(await state.put('k', 'stale', 1)).toBe(false);
    expect(await state.get('k')).toEqual({ key: 'k', value: [null, false], version: 2 });
    await state.delete('k');
    await state.delete('k');
    expect(await state.get('k')).toBeUndefined();
    expect(await state.put('k', 'again', 0)).toBe(true);
    expect((await state.get('k'))?.version).toBe(1);
  });

  it('lets one of many writers win, in one process and across two', async () => {
    const file = databaseFile();
    const states = [(await openStore({ file })).state('sms'), (await openStore({ file })).state('sms')];
    const race = async (version: number) =>
      (await Promise.all(Array.from({ length: 10 }, (_, i) => states[i % 2]!.put('k', i, version)))).filter(Boolean);
    for (const version of [0, 1, 2]) expect(await race(version)).toEqual([true]);
    expect((await states[0]!.get('k'))?.version).toBe(3);
  });

  it('belongs to one instance of one tenant', async () => {
    const file = databaseFile();
    const [main, other] = [await openStore({ file }), await openStore({ file, tenant: 'other' })];
    await main.state('sms').put('k', 1, 0);
    for (const stranger of [main.state('sm'), main.state('sms2'), other.state('sms')]) {
      expect(await stranger.get('k')).toBeUndefined();
      expect(await stranger.list('')).toEqual([]);
      await stranger.delete('k');
    }
    expect((await main.state('sms').get('k'))?.value).toBe(1);
  });

  it('refuses keys and values that a database would change', async () => {
    const state = (await openStore()).state('sms');
    for (const key of ['', 'a\0b', 'a\nb', '\ud800', 'x'.repeat(513)])
      await expect(state.put(key, 1, 0), JSON.stringify(key)).rejects.toMatchObject({ code: 'STATE_KEY_INVALID' });
    for (const value of [undefined, { a: undefined }, Number.NaN, 1n, '\ud800'])
      await expect(state.put('k', value, 0)).rejects.toThrow(TypeError);
    expect(await state.list('')).toEqual([]);
  });

  it('lists by prefix in byte order, page by page, whatever the keys hold', async () => {
    const state = (await openStore()).state('sms');
    // Small alphabet, so that prefixes meet: wildcards of LIKE and GLOB, the last characters of ranges, both planes.
    const key = fc.string({
      unit: fc.constantFrom('a', 'A', '%', '_', '*', '\\', "'", 'é', '\uffff', '😀', '\u{10ffff}'),
      minLength: 1,
      maxLength: 4,
    });
    const bytes = (text: string) => Buffer.from(text, 'utf8');
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(key, { maxLength: 12 }),
        fc.oneof(fc.constant(''), key),
        fc.integer({ min: 1, max: 5 }),
        async (keys, prefix, limit) => {
          for (const { key } of await state.list('', { limit: 1000 })) await state.delete(key);
          for (const each of keys) await state.put(each, each, 0);
          const expected = keys.filter((each) => each.startsWith(prefix)).sort((a, b) => bytes(a).compare(bytes(b)));
          const found: string[] = [];
          for (let after: string | undefined; ; after = found.at(-1)) {
            const page = await state.list(prefix, { limit, ...(after !== undefined && { after }) });
            found.push(...page.map(({ key }) => key));
            expect(page.length).toBeLessThanOrEqual(limit);
            if (page.length < limit) break;
          }
          expect(found).toEqual(expected);
        },
      ),
      { numRuns: 40 },
    );
  });
});
