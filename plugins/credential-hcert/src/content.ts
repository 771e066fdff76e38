import { jsonOf } from './cbor-json.js';
import type { CborMap } from './cbor-reader.js';

/** Kinds of health certificate, by their key in claim -260. */
const KINDS = { 1: 'eu-dcc', 3: 'ddcc-vs', 4: 'ddcc-tr', [-6]: 'icvp' } as const;

export type ContentKind = (typeof KINDS)[keyof typeof KINDS];
export type ContentKey = 1 | 3 | 4 | -6;

/** What a key may be allowed to sign. */
export type Usage = 'test' | 'vaccination' | 'recovery';

export interface Content {
  readonly kind: ContentKind;
  /** As JSON; how far it keeps the schema of its kind is no question of the signature. */
  readonly certificate: Readonly<Record<string, unknown>>;
  /** What it certifies: what its key must be allowed to sign. */
  readonly usages: readonly Usage[];
}

const MEMBERS: readonly (readonly [string, Usage])[] = [
  ['v', 'vaccination'],
  ['t', 'test'],
  ['r', 'recovery'],
];

/** Undefined unless there is exactly one certificate of a kind that is known here. */
export function readContent(hcert: CborMap): Content | undefined {
  const [found, ...others] = [...hcert].filter(([key]) => Object.hasOwn(KINDS, key));
  if (!found || others.length > 0 || !(found[1] instanceof Map)) return undefined;
  const kind = KINDS[Number(found[0]) as ContentKey];
  const certificate = jsonOf(found[1]) as Content['certificate'];
  if (kind === 'eu-dcc')
    return { kind, certificate, usages: MEMBERS.filter(([name]) => entries(certificate[name]).length > 0).map(([, usage]) => usage) };
  return { kind, certificate, usages: [kind === 'ddcc-tr' ? 'test' : 'vaccination'] };
}

/** The one entry in the one of `v`, `t` and `r` that an EU DCC has, or undefined when there are none or several. */
export function onlyEntry({ certificate }: Content): Readonly<Record<string, unknown>> | undefined {
  const [entry, ...others] = MEMBERS.flatMap(([name]) => entries(certificate[name]));
  return others.length === 0 && typeof entry === 'object' && entry !== null ? (entry as Readonly<Record<string, unknown>>) : undefined;
}

const entries = (member: unknown): readonly unknown[] => (Array.isArray(member) ? member : []);
