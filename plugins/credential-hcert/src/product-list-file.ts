import { readFileSync } from 'node:fs';
import { isStrictJsonError, parseStrictJson, RECORD_FORMATS } from '@divoc/core/api';
import type { ProductList } from './icvp-products.js';

/** A list of some thousands of products is smaller. */
const MAX_BYTES = 1_048_576;

/** What a file says, nothing where none is named, or a failure for one that is missing, too large or of another form. */
export function readProductList(file: string | undefined): { readonly list?: ProductList } | { readonly failure: true } {
  if (file === undefined) return {};
  try {
    const bytes = readFileSync(file);
    const list = bytes.length > MAX_BYTES ? undefined : parseStrictJson(bytes);
    return isProductList(list) ? { list } : { failure: true };
  } catch (error) {
    if (isStrictJsonError(error) || (error as NodeJS.ErrnoException).code !== undefined) return { failure: true };
    throw error;
  }
}

function isProductList(value: unknown): value is ProductList {
  if (typeof value !== 'object' || value === null) return false;
  const { date, products } = value as { date?: unknown; products?: unknown };
  if (typeof date !== 'string' || !RECORD_FORMATS.date(date) || typeof products !== 'object' || products === null) return false;
  return Object.values(products).every((disease) => disease === 'yellow fever' || disease === 'poliomyelitis');
}
