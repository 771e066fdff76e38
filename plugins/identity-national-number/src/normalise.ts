/** Digits of every script as 0–9, letters as capitals, without spaces, dots, dashes and slashes. */
export function normalise(text: string): string {
  return [...text.normalize('NFKC')]
    .map(asciiDigit)
    .join('')
    .replace(/[\s\p{Pd}\p{Cf}./]+/gu, '')
    .toUpperCase();
}

/** Decimal digits of a script stand together from zero to nine (Unicode 4.6), so that the distance to zero is the value. */
function asciiDigit(character: string): string {
  if (!/^\p{Nd}$/u.test(character) || /^[0-9]$/.test(character)) return character;
  const code = character.codePointAt(0) as number;
  for (let value = 0; value < 10; value += 1) {
    if (!/^\p{Nd}$/u.test(String.fromCodePoint(code - value - 1))) return String(value);
  }
  return character;
}
