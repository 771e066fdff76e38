import { jsonOf } from './cbor-json.js';
import type { Cbor, CborMap } from './cbor-reader.js';

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

/** More than anybody carries in one code. */
const MOST_CONTENTS = 8;

/**
 * The certificates of kinds that are known here, or undefined when there is none, or one that is no certificate.
 *
 * Several may stand under one claim (HCERT 1.1, section 3.3.7), and all but an EU DCC may stand in a list (cardinality 0..*
 * of WHO's logical model). All of them are judged: none may be passed over because another one was read first.
 */
export function readContents(hcert: CborMap): readonly [Content, ...Content[]] | undefined {
  const found = [...hcert].filter(([key]) => Object.hasOwn(KINDS, key));
  const contents = found.flatMap(([key, value]) => {
    const kind = KINDS[Number(key) as ContentKey];
    return (Array.isArray(value) && kind !== 'eu-dcc' ? value : [value]).map((each) => readContent(kind, each));
  });
  const [first, ...others] = contents.filter((content) => content !== undefined);
  return first && others.length + 1 === contents.length && contents.length <= MOST_CONTENTS ? [first, ...others] : undefined;
}

function readContent(kind: ContentKind, value: Cbor): Content | undefined {
  if (!(value instanceof Map)) return undefined;
  const certificate = jsonOf(value) as Content['certificate'];
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
