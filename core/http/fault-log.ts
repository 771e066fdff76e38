/** What is logged of an unexpected error. */
export interface FaultRecord {
  readonly name: string;
  readonly code?: string;
  readonly message: string;
  /** The frames alone; the first line of a stack repeats the message. */
  readonly stack: readonly string[];
  readonly cause?: FaultRecord;
}

/** More values than these are not looked for; the message is left out instead. */
const MOST_VALUES = 500;

/**
 * Describes an error for the log without what the caller sent. Messages of libraries quote their input (a database its
 * row, a parser its text), so that quoted stretches, and every value of the request, are masked.
 */
export function faultRecord(error: unknown, submitted: readonly unknown[], depth = 0): FaultRecord {
  const values = leavesOf(submitted);
  if (!(error instanceof Error)) return { name: typeof error, message: 'something that is not an Error was thrown', stack: [] };
  const { code } = error as { code?: unknown };
  return {
    name: error.name,
    ...(typeof code === 'string' && { code }),
    message: values === undefined || values.length > MOST_VALUES ? '(left out)' : masked(error.message, values),
    stack: (error.stack ?? '').split('\n').flatMap((line) => (/^ {4}at /.test(line) ? [line.trim()] : [])),
    ...(error.cause !== undefined && depth < 5 && { cause: faultRecord(error.cause, submitted, depth + 1) }),
  };
}

function masked(message: string, values: readonly string[]): string {
  let text = message.replace(/'[^']*'|"[^"]*"/g, '…');
  for (const value of values) text = text.replaceAll(value, '…');
  return text;
}

/**
 * The strings and numbers within, longest first so that none is broken up by a shorter one. Undefined when there are
 * bytes among them: nobody knows which words stand in those.
 */
function leavesOf(submitted: readonly unknown[]): string[] | undefined {
  const leaves = new Set<string>();
  const waiting: unknown[] = [...submitted];
  while (waiting.length > 0 && leaves.size <= MOST_VALUES) {
    const value = waiting.pop();
    if (value instanceof Uint8Array) return undefined;
    if (typeof value === 'object' && value !== null) waiting.push(...Object.values(value).slice(0, MOST_VALUES + 1));
    else if ((typeof value === 'string' || typeof value === 'number') && String(value).length > 2) leaves.add(String(value));
  }
  return [...leaves].sort((a, b) => b.length - a.length);
}
