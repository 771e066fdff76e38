/** Seconds a side is measured for; BENCH_SECONDS overrides. */
export const SECONDS = Number(process.env.BENCH_SECONDS ?? 2);
const ROUNDS = 3;

/** Runs `work` for `seconds` and gives how often a second. */
async function rate(work, seconds) {
  const begin = performance.now();
  const end = begin + seconds * 1000;
  let count = 0;
  while (performance.now() < end) {
    await work();
    count += 1;
  }
  return (count * 1000) / (performance.now() - begin);
}

export const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** Rates of several pieces of work, measured in turns so that a noisy moment meets all of them; the median of rounds. */
export async function rates(sides, seconds = SECONDS) {
  const names = Object.keys(sides);
  for (const name of names) await rate(sides[name], seconds / 4);
  const measured = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const name of names) measured[name].push(await rate(sides[name], seconds / ROUNDS));
  }
  return Object.fromEntries(names.map((name) => [name, median(measured[name])]));
}

/** One row of the table. `ratio` says how many times the peer's value ours is. */
export function row(name, unit, value, peer, peerValue) {
  const round = (number) => Number(number.toPrecision(4));
  return { name, unit, value: round(value), peer, peerValue: round(peerValue), ratio: round(value / peerValue) };
}
