import assert from 'node:assert/strict';
import type { State } from '../api/ports/state.js';
import type { Contract, Promised } from './contract.js';

/** One memory as two of its users see it. */
export interface StateSubject {
  readonly mine: State;
  /** Of another instance. */
  readonly others: State;
}

const promise = (name: string, holds: (subject: StateSubject) => Promise<void>): Promised<StateSubject> => ({ name, holds });
const valueAt = async (state: State, key: string) => (await state.get(key))?.value;

/** What every provider of `state/0` keeps. */
export const stateContract: Contract<StateSubject> = {
  port: 'state/0',
  promises: [
    promise('what is put is there, as JSON, and changing what was given changes nothing', async ({ mine }) => {
      const value = { list: [1, 'é😀', null], deep: { isIt: true } };
      assert.equal(await mine.put('k', value, 0), true);
      value.list.push('later');
      const entry = await mine.get('k');
      assert.deepEqual(entry, { key: 'k', value: { list: [1, 'é😀', null], deep: { isIt: true } }, version: 1 });
      (entry.value as typeof value).list.pop();
      assert.deepEqual(await valueAt(mine, 'k'), { list: [1, 'é😀', null], deep: { isIt: true } });
      assert.equal(await mine.get('other'), undefined);
    }),
    promise('a version that is not the stored one changes nothing', async ({ mine }) => {
      assert.equal(await mine.put('k', 'a', 1), false);
      assert.equal(await mine.put('k', 'a', 0), true);
      assert.equal(await mine.put('k', 'b', 0), false);
      assert.equal(await mine.put('k', 'b', 7), false);
      assert.equal(await mine.put('k', 'b', 1), true);
      const { value, version } = (await mine.get('k')) ?? {};
      assert.deepEqual([value, version], ['b', 2]);
    }),
    promise('of those who put at once one has its way', async ({ mine }) => {
      await mine.put('k', 'start', 0);
      const puts = await Promise.all(Array.from({ length: 10 }, (_, i) => mine.put('k', i, 1)));
      assert.equal(puts.filter(Boolean).length, 1);
      assert.equal(await valueAt(mine, 'k'), puts.indexOf(true));
    }),
    promise('what is deleted is gone, and may be made again', async ({ mine }) => {
      await mine.put('k', 'a', 0);
      await mine.delete('k');
      await mine.delete('never there');
      assert.equal(await mine.get('k'), undefined);
      assert.equal(await mine.put('k', 'b', 0), true);
    }),
    promise('entries are listed by the beginning of their keys, in the order of bytes, page by page', async ({ mine }) => {
      const keys = ['a/%', 'a/10', 'a/2', 'a/Z', 'a/_', 'a/z', 'a/é'];
      for (const key of ['b/1', 'a', ...[...keys].reverse()]) await mine.put(key, key, 0);
      const pages: string[][] = [];
      for (let after: string | undefined; ; after = pages.at(-1)?.at(-1)) {
        const page = await mine.list('a/', { limit: 3, ...(after !== undefined && { after }) });
        if (page.length === 0 || pages.length > 5) break;
        pages.push(page.map(({ key }) => key));
      }
      assert.deepEqual(pages.flat(), keys);
      assert.deepEqual(
        (await mine.list('a/_')).map(({ key }) => key),
        ['a/_'],
      );
    }),
    promise('instances do not see each other', async ({ mine, others }) => {
      await mine.put('k', 'mine', 0);
      assert.equal(await others.get('k'), undefined);
      assert.deepEqual(await others.list(''), []);
      await others.put('k', 'others', 0);
      await others.delete('k');
      assert.equal(await valueAt(mine, 'k'), 'mine');
    }),
  ],
};
