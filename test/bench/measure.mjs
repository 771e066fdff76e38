const ROUNDS = 12;

/** Seconds that each side is measured for; BENCH_SECONDS overrides. */
export const SECONDS = Number(process.env.BENCH_SECONDS ?? 2.5);
if (!(SECONDS > 0)) throw new Error('BENCH_SECONDS must be a number above 0');

/** Runs `work` one after the other for `milliseconds`, at least once, and gives how often a second. */
async function rate(work, milliseconds) {
  const begin = performance.now();
  const end = begin + milliseconds;
  let count = 0;
  do {
    await work();
    count += 1;
  } while (performance.now() < end);
  return (count * 1000) / (performance.now() - begin);
}

/** The value below which the part `share` of all values lies. */
export const quantile = (values, share) => [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) * share)];
export const median = (values) => quantile(values, 0.5);

/** Rates of several pieces of work, in short turns (A B A B …) so that a noisy moment meets all of them; medians of the turns. */
export async function rates(sides, seconds = SECONDS) {
  const turn = (seconds * 1000) / ROUNDS;
  for (const work of Object.values(sides)) await rate(work, turn * 3);
  const measured = await inTurns(Object.fromEntries(Object.entries(sides).map(([name, work]) => [name, () => rate(work, turn)])), ROUNDS);
  return Object.fromEntries(Object.entries(measured).map(([name, values]) => [name, median(values)]));
}

/** Takes each measurement `rounds` times, in turns; the values by name. */
export async function inTurns(measurements, rounds) {
  const values = Object.fromEntries(Object.keys(measurements).map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, measure] of Object.entries(measurements)) values[name].push(await measure());
  }
  return values;
}

/** A function that gives the items one after the other, for ever: nothing is measured on one and the same input. */
export function cycle(items) {
  let next = 0;
  return () => items[next++ % items.length];
}

/** One row of the table. `ratio` says how many times the peer's value ours is. */
export function row(name, unit, value, peer, peerValue) {
  const round = (number) => Number(number.toPrecision(4));
  return { name, unit, value: round(value), peer, peerValue: round(peerValue), ratio: Number((value / peerValue).toPrecision(3)) };
}
