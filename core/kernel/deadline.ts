/** What a part did not do in time; `code` is PART_LATE. */
export function late(what: string, milliseconds: number): Error {
  const limit = milliseconds % 1000 === 0 ? `${milliseconds / 1000} s` : `${milliseconds} ms`;
  return Object.assign(new Error(`${what} took longer than ${limit}`), { code: 'PART_LATE' });
}

/** Rejects with PART_LATE when `work` takes longer than `milliseconds`. */
export async function within<T>(work: Promise<T>, milliseconds: number, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late(what, milliseconds)), milliseconds);
  });
  try {
    return await Promise.race([work, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
