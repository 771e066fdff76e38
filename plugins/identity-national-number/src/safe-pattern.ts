const LONGEST = 200;
/**
 * In how many ways a pattern may at most be tried against one input. A backtracking engine walks each of them once at worst
 * and no way is longer than the input, so that 64 characters take a thousand times 64 steps and no more.
 */
const MOST_WAYS = 1000;
const MOST_TIMES = 100;

/**
 * A pattern of a manifest, which must match the whole of what it is given, or why it is not taken. Only what cannot make a
 * short input slow is: characters, classes, groups, alternatives and bounded repetitions, in few combinations.
 */
export function safePattern(source: string): RegExp | string {
  if (source.length > LONGEST) return `is longer than ${LONGEST} characters`;
  if (source.startsWith('^') && !/(?<!\\)(\\\\)*\$$/.test(source))
    return "begins with '^' and does not end with '$': the whole is matched always, so say so at both ends or leave out both";
  const inner = source.replace(/^\^/, '').replace(/(?<!\\)((?:\\\\)*)\$$/, '$1');
  try {
    const ways = waysOf(inner);
    if (ways > MOST_WAYS) return `can be tried in more than ${MOST_WAYS} ways; repeat fewer characters a variable number of times`;
    return new RegExp(`^(?:${inner})$`, 'u');
  } catch (error) {
    return error instanceof PatternRefused ? error.message : `cannot be read: ${(error as Error).message}`;
  }
}

/** The same for a pattern that was found to be safe. Throws an Error for any other. */
export function wholePattern(source: string): RegExp {
  const read = safePattern(source);
  if (typeof read === 'string') throw new Error(`the pattern ${source} ${read}`);
  return read;
}

class PatternRefused extends Error {}

const TOKEN = /\\[pPu]\{[^}]*\}|\\.|\[(?:\\.|[^\]\\])*\]|\((?:\?(?::|<[A-Za-z]\w*>|.?))?|\{(\d+)(?:(,)(\d*))?\}|./gsy;

/**
 * In how many ways a pattern can be tried: what follows one another multiplies, alternatives add, and a repetition of one
 * character has as many ways as it has lengths. Throws a PatternRefused for what is not bounded in this sense.
 */
function waysOf(pattern: string): number {
  const open: Level[] = [];
  let level: Level = { done: 0, here: 1, last: 0 };
  for (const [token, least, comma, most] of pattern.matchAll(TOKEN)) {
    if (token === '*' || token === '+') throw new PatternRefused("may not use '*' and '+'; write how often: {1,9}");
    if (token === '^' || token === '$') throw new PatternRefused("may use '^' and '$' only at its two ends");
    if (/^\\[1-9kbB]/.test(token) || /^\(\?(?![:<])|^\(\?<$/.test(token)) throw new PatternRefused('may not look around or refer back');
    if (token.startsWith('(')) {
      open.push(level);
      level = { done: 0, here: 1, last: 0 };
    } else if (token === ')') {
      const inside = level.done + level.here;
      const outside = open.pop();
      if (!outside) throw new PatternRefused("has a ')' too many");
      level = { ...outside, here: outside.here * inside, last: inside, isGroup: true };
    } else if (token === '|') {
      level = { done: level.done + level.here, here: 1, last: 0 };
    } else if (token === '?' || least !== undefined) {
      level = repeated(level, least === undefined ? [0, 1] : [Number(least), comma === undefined ? Number(least) : Number(most || 'NaN')]);
    } else {
      level = { ...level, last: 1, isGroup: false };
    }
  }
  if (open.length > 0) throw new PatternRefused("has a '(' that is not closed");
  return level.done + level.here;
}

interface Level {
  /** Of the alternatives before this one. */
  readonly done: number;
  /** Of this alternative so far. */
  readonly here: number;
  /** Of its last character or group; 0 where there is none to repeat. */
  readonly last: number;
  readonly isGroup?: boolean;
}

function repeated(level: Level, [least, most]: readonly [number, number]): Level {
  // Where there is nothing to repeat, or it is repeated already, the engine says so; `a??` is one thing, tried the other way round.
  if (level.last === 0) return level;
  if (!(most < MOST_TIMES)) throw new PatternRefused(`may not repeat without a bound below ${MOST_TIMES}`);
  if (level.isGroup && most > 1) throw new PatternRefused('may not repeat a group; write it out');
  const ways = level.isGroup ? level.last + (least === 0 ? 1 : 0) : most - least + 1;
  return { ...level, here: (level.here / level.last) * ways, last: 0, isGroup: false };
}
