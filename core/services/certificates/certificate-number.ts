import { randomInt } from 'node:crypto';

/** Crockford base32 (https://www.crockford.com/base32.html): no I, L, O or U, so that print and handwriting survive. */
const SYMBOLS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const CHECK_SYMBOLS = `${SYMBOLS}*~$=U`;
const LENGTH = 12;

/** A new number: 60 random bits as 12 symbols, and a check symbol that finds every single wrong or swapped symbol. */
export function newCertificateNumber(): string {
  const symbols = Array.from({ length: LENGTH }, () => SYMBOLS[randomInt(32)]).join('');
  return symbols + checkSymbol(symbols);
}

/** `7KQ2-9XWT-40HM-5`, as people read it aloud. */
export function printedNumber(number: string): string {
  return number.replace(/^(.{4})(.{4})(.{4})(.)$/, '$1-$2-$3-$4');
}

/** The number behind what somebody typed (any case, hyphens, O for 0, I or L for 1), or undefined when its check fails. */
export function readCertificateNumber(text: string): string | undefined {
  const number = text.toUpperCase().replace(/[\s-]/g, '').slice(0, 40);
  const symbols = number.slice(0, -1).replaceAll('O', '0').replace(/[IL]/g, '1');
  const isWhole = symbols.length === LENGTH && [...symbols].every((symbol) => SYMBOLS.includes(symbol));
  return isWhole && checkSymbol(symbols) === number.slice(-1) ? symbols + number.slice(-1) : undefined;
}

function checkSymbol(symbols: string): string {
  const value = [...symbols].reduce((sum, symbol) => sum * 32n + BigInt(SYMBOLS.indexOf(symbol)), 0n);
  return CHECK_SYMBOLS[Number(value % 37n)] as string;
}
