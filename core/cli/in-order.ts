/**
 * Does the work on at most `limit` batches at a time, and gives what comes of them in the order of the batches, each as soon as
 * it can be: whoever waits for the answer to one batch before writing the next is answered.
 */
export async function* inOrder<Batch, Result>(
  batches: AsyncIterable<Batch>,
  work: (batch: Batch) => Promise<readonly Result[]>,
  limit: number,
): AsyncGenerator<Result> {
  const iterator = batches[Symbol.asyncIterator]();
  const pending: Promise<readonly Result[]>[] = [];
  const nextBatch = () => iterator.next().then((batch) => ({ batch }));
  let next: ReturnType<typeof nextBatch> | undefined = nextBatch();
  while (next || pending.length > 0) {
    const oldest = pending[0]?.then((results) => ({ results }));
    const choices = [...(oldest ? [oldest] : []), ...(next && pending.length < limit ? [next] : [])];
    const first = await Promise.race(choices);
    if ('results' in first) {
      pending.shift();
      yield* first.results;
    } else if (first.batch.done) next = undefined;
    else {
      const working = work(first.batch.value);
      // It is waited for in its turn; until then its failure is nobody's.
      working.catch(() => undefined);
      pending.push(working);
      next = nextBatch();
      next.catch(() => undefined);
    }
  }
}
