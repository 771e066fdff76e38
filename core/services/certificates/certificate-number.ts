import { areSymbols, checkSymbol, randomSymbols } from '../../api/index.js';

const LENGTH = 12;

/** A new number: 60 random bits as 12 symbols, and a check symbol that finds every single wrong or swapped symbol. */
export function newCertificateNumber(): string {
  const symbols = randomSymbols(LENGTH);
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
  const isWhole = symbols.length === LENGTH && areSymbols(symbols);
  return isWhole && checkSymbol(symbols) === number.slice(-1) ? symbols + number.slice(-1) : undefined;
}
