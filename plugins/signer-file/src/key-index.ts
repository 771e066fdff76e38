import { readFile } from 'node:fs/promises';
import { SignerError } from '@divoc/core/internal';

/** The purpose of keys that were made before there were several, and of those that say none. */
export const FIRST_PURPOSE = 'vc';

/** `keys.json` beside the keys, optional: which key signs for which purpose, and when others ended. */
export interface KeyIndex {
  /** By purpose; one id alone is that of `vc`. */
  readonly active?: string | Readonly<Record<string, string>>;
  readonly keys?: Readonly<Record<string, { readonly purpose?: string; readonly revoked?: string; readonly expires?: string }>>;
}

const PURPOSE = /^[a-z][a-z0-9-]{0,31}$/;

export const isPurpose = (text: unknown): text is string => typeof text === 'string' && PURPOSE.test(text);

export const activeOf = ({ active = {} }: KeyIndex): Readonly<Record<string, string>> =>
  typeof active === 'string' ? { [FIRST_PURPOSE]: active } : active;

/** Reads `keys.json`; an empty index where there is none. `ids` are the keys that there are. Throws a SignerError. */
export async function readIndex(file: string, ids: readonly string[]): Promise<KeyIndex> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '{}';
    throw error;
  });
  const fault = faultOf(text, ids);
  if (fault === undefined) return JSON.parse(text) as KeyIndex;
  throw new SignerError(
    'SIGNER_INDEX_INVALID',
    `${file}: ${fault}`,
    'Write { "active": { "<purpose>": "<key id>" }, "keys": { "<key id>": { "purpose": "…", "revoked": "<RFC 3339>", "expires": "<RFC 3339>" } } }.',
  );
}

/** A misspelt id or member must not leave a revoked key trusted. */
function faultOf(text: string, ids: readonly string[]): string | undefined {
  let index: KeyIndex;
  try {
    index = JSON.parse(text) as KeyIndex;
  } catch {
    return 'it is not JSON';
  }
  if (!isObject(index)) return 'it is not an object';
  const stranger = Object.keys(index).find((name) => name !== 'active' && name !== 'keys');
  if (stranger !== undefined) return `'${stranger}' is not known`;
  const { active, keys = {} } = index;
  if (active !== undefined && typeof active !== 'string' && !isObject(active)) return "'active' is neither an id nor ids by purpose";
  if (!isObject(keys)) return "'keys' is not an object";
  const badPurpose = Object.keys(activeOf(index)).find((purpose) => !isPurpose(purpose));
  if (badPurpose !== undefined) return `'${badPurpose}' is no purpose`;
  for (const [id, said] of Object.entries(keys)) {
    if (!ids.includes(id)) return `there is no key ${id}`;
    if (!isObject(said)) return `what is said of ${id} is not an object`;
    for (const [name, value] of Object.entries(said)) {
      if (name === 'purpose') {
        if (!isPurpose(value)) return `'purpose' of ${id} is none`;
      } else if (name !== 'revoked' && name !== 'expires') return `'${name}' of ${id} is not known`;
      else if (typeof value !== 'string' || Number.isNaN(Date.parse(value))) return `'${name}' of ${id} is not an instant`;
    }
  }
  return undefined;
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null && !Array.isArray(value);
