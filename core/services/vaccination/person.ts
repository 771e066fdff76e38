import {
  contentHash,
  type Fault,
  type Identity,
  type IdentityUse,
  pointing,
  segmentsOf,
  type VaccinationInput,
  type VerifiedIdentity,
  valueAt,
} from '../../api/index.js';
import type { KeyedHash } from '../../internal/index.js';
import { chooseIdentity, type Programme } from './programmes.js';

export interface Identifying {
  readonly tenant: string;
  readonly identities: Readonly<Record<string, Identity>>;
  readonly keyedHash: KeyedHash;
}

export interface Person {
  /** A keyed hash: the number or code behind it goes no further than this file. */
  readonly personKey: string;
  /** Provider, scheme, assurance and, where the adopter wants it, the masked identifier. */
  readonly identity: Readonly<Record<string, unknown>>;
  /** Where the record says otherwise than whoever vouches for the person. */
  readonly doubts: readonly Fault[];
}

/** Asks the programme's provider who the person is, and compares what it vouches for with the record. */
export async function identifyPerson(
  { tenant, identities, keyedHash }: Identifying,
  programme: Programme,
  { identity, record }: Pick<VaccinationInput, 'identity' | 'record'>,
  actor: string,
): Promise<Person> {
  const { name, provider } = chooseIdentity(programme, identities, identity.provider);
  const claims = programme.claims ?? {};
  // A challenge answers the same recording again, and no other one.
  const act = contentHash([programme.name, record]);
  const use: IdentityUse = { programme: programme.name, claims: Object.keys(claims), actor, act };
  const found = await pointing('/identity/input', () => provider.identify(identity.input, use));
  const { scheme, subject, assurance, masked } = found;
  return {
    personKey: await keyedHash.hash('person', tenant, scheme, subject),
    identity: { provider: name, scheme, ...assurance, ...(masked !== undefined && { masked }) },
    doubts: disagreements(found, claims, record),
  };
}

/**
 * Where the record says otherwise than a challenge that is ready shows: found before the challenge is used, since it serves one
 * record alone, and the person would have to prove who they are once more because of a mistyped letter.
 */
export async function foreseenDoubts(
  { identities }: Pick<Identifying, 'identities'>,
  programme: Programme,
  { identity, record }: VaccinationInput,
  actor: string,
): Promise<readonly Fault[]> {
  const { provider } = chooseIdentity(programme, identities, identity.provider);
  const { challenge } = identity.input;
  const found = typeof challenge === 'string' ? await provider.look?.(challenge, actor) : undefined;
  return found?.state === 'ready' ? disagreements(found, programme.claims ?? {}, record) : [];
}

/** Claims that the record contradicts, each at the field that the programme maps it to. No value is shown. */
function disagreements(
  { claims = {} }: Pick<VerifiedIdentity, 'claims'>,
  fields: Readonly<Record<string, string>>,
  record: Readonly<Record<string, unknown>>,
): Fault[] {
  return Object.entries(fields).flatMap(([claim, pointer]) => {
    const [said, vouched] = [valueAt(record, segmentsOf(pointer)), claims[claim]];
    if (vouched === undefined || typeof said !== 'string' || agree(said, vouched)) return [];
    return [
      {
        pointer: `/record${pointer}`,
        code: 'IDENTITY_DISAGREES',
        detail: `the identity document says otherwise (${claim})`,
        fix: 'Look at the document again; correct the record, or the number.',
      },
    ];
  });
}

/** Dates agree as far as both are known; all else when it reads alike. */
function agree(said: string, vouched: string): boolean {
  const isDate = (text: string) => /^\d{4}(-\d{2}(-\d{2})?)?$/.test(text);
  if (isDate(said) && isDate(vouched)) {
    const length = Math.min(said.length, vouched.length);
    return said.slice(0, length) === vouched.slice(0, length);
  }
  const plain = (text: string) => text.normalize('NFKC').replace(/\s+/gu, ' ').trim().toLowerCase();
  return plain(said) === plain(vouched);
}
