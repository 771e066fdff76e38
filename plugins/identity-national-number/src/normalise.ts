/** Digits of every script as 0–9, letters as capitals, without spaces, dots, dashes and slashes. */
export function normalise(text: string): string {
  return [...text.normalize('NFKC')]
    .map(asciiDigit)
    .join('')
    .replace(/[\s\p{Pd}\p{Cf}./]+/gu, '')
    .toUpperCase();
}

/**
 * Decimal digits of a script stand together from zero to nine (Unicode 4.6), and some scripts' tens side by side: five of
 * mathematics, two of Myanmar. A run of them begins with a zero, so the value is the distance to its start, modulo ten.
 */
export function asciiDigit(character: string): string {
  if (!DIGIT.test(character) || /^[0-9]$/.test(character)) return character;
  const code = character.codePointAt(0) as number;
  let start = code;
  while (DIGIT.test(String.fromCodePoint(start - 1))) start -= 1;
  return String((code - start) % 10);
}

const DIGIT = /^\p{Nd}$/u;
