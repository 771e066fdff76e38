/** Crockford base32 (https://www.crockford.com/base32.html): no I, L, O or U, so that print and handwriting survive. */
const SYMBOLS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const CHECK_SYMBOLS = `${SYMBOLS}*~$=U`;

/** So many random symbols, of five bits each. */
export const randomSymbols = (length: number): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(length)), (byte) => SYMBOLS[byte % 32]).join('');

export const areSymbols = (text: string): boolean => [...text].every((symbol) => SYMBOLS.includes(symbol));

/** The check symbol that finds every single wrong or swapped symbol. */
export function checkSymbol(symbols: string): string {
  const value = [...symbols].reduce((sum, symbol) => sum * 32n + BigInt(SYMBOLS.indexOf(symbol)), 0n);
  return CHECK_SYMBOLS[Number(value % 37n)] as string;
}
