import { createHash } from 'node:crypto';
import { areSymbols, checkSymbol, randomSymbols } from '@divoc/core/api';

const CODE_SYMBOLS = 16;

/** A new code: 80 random bits as 16 symbols, and a check symbol that finds every single wrong or swapped symbol. */
export function newVoucherCode(): string {
  const symbols = randomSymbols(CODE_SYMBOLS);
  return symbols + checkSymbol(symbols);
}

/** `7KQ2-9XWT-40HM-2ZRB-5`, as it is printed and read aloud. */
export const printedCode = (code: string): string => code.replace(/^(.{4})(.{4})(.{4})(.{4})(.)$/, '$1-$2-$3-$4-$5');

/** The code behind what somebody typed (any case, hyphens, O for 0, I or L for 1), or undefined when its check fails. */
export function readVoucherCode(text: string): string | undefined {
  const typed = text.slice(0, 64).toUpperCase().replace(/[\s-]/g, '');
  const symbols = typed.slice(0, -1).replaceAll('O', '0').replace(/[IL]/g, '1');
  const isWhole = symbols.length === CODE_SYMBOLS && areSymbols(symbols);
  // The check symbol may be a U, which no other one is; an O or an L there is a 0 or a 1 again.
  const check = typed.slice(-1).replace('O', '0').replace(/[IL]/, '1');
  return isWhole && checkSymbol(symbols) === check ? symbols + check : undefined;
}

/** What is kept of a code. 80 random bits are out of reach of any search, so that a plain hash is enough. */
export const codeHash = (code: string): string => createHash('sha256').update(code, 'utf8').digest('base64url');
