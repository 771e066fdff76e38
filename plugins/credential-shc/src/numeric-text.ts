const PREFIX = 'shc:/';
/** Of the codes of one card that was cut into several: `shc:/<this>/<of how many>/`. */
const PART = /^(?!1\/1\/)\d+\/\d+\//;
/** Of a card that could have been cut, and was not. */
const WHOLE = /^1\/1\//;
/** `-`, the first character of base64url, has the code 45, so that two digits hold any of them. */
const OFFSET = 45;

export const looksLikeShc = (text: string): boolean => text.startsWith(PREFIX);

/** Is this one of several codes of one card? That form is no longer issued (framework 1.4), but cards of it were printed. */
export const isPartOfSeveral = (text: string): boolean => PART.test(text.slice(PREFIX.length));

/** `shc:/` and two digits for each character of a JWS (https://spec.smarthealth.cards/#encoding-chunks-as-qr-codes). */
export function toShc(jws: string): string {
  return PREFIX + Array.from(jws, (letter) => String(letter.charCodeAt(0) - OFFSET).padStart(2, '0')).join('');
}

/** The characters of such a text, or undefined when it is not pairs of digits that stand for what a JWS is written with. */
export function fromShc(text: string): string | undefined {
  const digits = text.slice(PREFIX.length).replace(WHOLE, '');
  if (!looksLikeShc(text) || !/^(\d\d)+$/.test(digits)) return undefined;
  const jws = digits.replace(/\d\d/g, (pair) => String.fromCharCode(Number(pair) + OFFSET));
  return /^[\w.-]+$/.test(jws) ? jws : undefined;
}
