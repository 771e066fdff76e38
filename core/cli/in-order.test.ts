import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { inOrder } from './in-order.js';

async function* numbers(count: number) {
  for (let number = 0; number < count; number += 1) yield number;
}

async function all<T>(results: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const result of results) found.push(result);
  return found;
}

describe('inOrder', () => {
  it('gives results in the order of their batches, of which no more than the limit are at work', async () => {
    let [working, most] = [0, 0];
    const work = async (number: number) => {
      working += 1;
      most = Math.max(most, working);
      await pause((number % 3) * 4);
      working -= 1;
      return [number, -number];
    };
    expect(await all(inOrder(numbers(9), work, 3))).toEqual(Array.from({ length: 9 }, (_, number) => [number, -number]).flat());
    expect(most).toBe(3);
  });

  it('answers one batch before there is another', async () => {
    let write: (() => void) | undefined;
    async function* asked() {
      yield 'first';
      await new Promise<void>((done) => {
        write = done;
      });
      yield 'second';
    }
    const answers = inOrder(asked(), async (word) => [word], 4);
    expect(await answers.next()).toEqual({ done: false, value: 'first' });
    const second = answers.next();
    await pause(1);
    write?.();
    expect(await second).toEqual({ done: false, value: 'second' });
    expect((await answers.next()).done).toBe(true);
  });

  it('fails as its work or its source does, after what came before', async () => {
    const given: number[] = [];
    const failing = async () => {
      for await (const number of inOrder(numbers(5), async (n) => (n === 2 ? Promise.reject(new Error('two')) : [n]), 3))
        given.push(number);
    };
    await expect(failing()).rejects.toThrow('two');
    expect(given).toEqual([0, 1]);
    async function* broken() {
      yield 1;
      throw new Error('source');
    }
    await expect(all(inOrder(broken(), async (n) => [n], 2))).rejects.toThrow('source');
  });
});
