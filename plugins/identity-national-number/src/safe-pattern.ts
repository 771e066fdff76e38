const LONGEST = 200;

/**
 * A pattern of a manifest, or why it is not taken. Only what cannot make a short input slow is: classes, groups and bounded
 * repetitions of single characters; no `*`, `+`, repeated groups, look-arounds or back-references.
 */
export function safePattern(source: string): RegExp | string {
  if (source.length > LONGEST) return `is longer than ${LONGEST} characters`;
  if (!source.startsWith('^')) return "must begin with '^': a number is read from its start";
  const plain = source.replace(/\\./g, 'x').replace(/\[[^\]]*\]/g, 'x');
  if (/[*+]/.test(plain)) return "may not use '*' and '+'; write how often: {1,9}";
  if (/\)\{/.test(plain)) return 'may not repeat a group; write it out';
  if (/\(\?(?!<[A-Za-z]|:)/.test(plain) || /\\[1-9k]/.test(source)) return 'may not look around or refer back';
  if (/\{\d*,\}|\{\d{3,}/.test(plain)) return 'may not repeat without a bound below 100';
  try {
    return new RegExp(source, 'u');
  } catch (error) {
    return `cannot be read: ${(error as Error).message}`;
  }
}
