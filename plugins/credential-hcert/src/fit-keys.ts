import { endOfKey, type Trust, type TrustedKey, toBase64, type VerdictReason } from '@divoc/core/api';
import { instantOf } from './cbor-json.js';
import type { Content, Usage } from './content.js';
import type { Cwt } from './cwt.js';

/** Extended key usages of document signers, in the spelling that was registered and in the one that was printed first. */
const OIDS: Readonly<Record<Usage, readonly string[]>> = {
  test: ['1.3.6.1.4.1.1847.2021.1.1', '1.3.6.1.4.1.0.1847.2021.1.1'],
  vaccination: ['1.3.6.1.4.1.1847.2021.1.2', '1.3.6.1.4.1.0.1847.2021.1.2'],
  recovery: ['1.3.6.1.4.1.1847.2021.1.3', '1.3.6.1.4.1.0.1847.2021.1.3'],
};

/**
 * Some issuers write the beginning of their day for the time of issue, and a key signs from the day on which it is certified. It
 * cannot have signed before it was there, whatever the date says.
 */
const DAY = 86_400_000;

/**
 * The keys that may have signed, or the reason why none may have. Several keys may share an id: it has eight bytes.
 *
 * That the id is the hash of the key's certificate is kept by looking up: trust is by that id.
 */
export function fitKeys(
  kid: Uint8Array,
  contents: readonly Content[],
  cwt: Cwt,
  trust: Trust,
  at: Date,
): readonly TrustedKey[] | VerdictReason {
  const usages = contents.flatMap((content) => content.usages);
  const published = trust.keysFor(toBase64(kid));
  const judged = published.map((key) => ({ key, unfit: unfitness(key, usages, cwt, at) }));
  const fit = judged.filter(({ unfit }) => unfit === undefined).map(({ key }) => key);
  return fit.length > 0 ? fit : (judged[0]?.unfit ?? 'KEY_ID_UNKNOWN');
}

function unfitness(key: TrustedKey, usages: readonly Usage[], { issuedAt }: Cwt, at: Date): VerdictReason | undefined {
  const issued = issuedAt === undefined ? undefined : (instantOf(issuedAt) ?? '');
  const ended = endOfKey(key, issued, at);
  if (ended) return ended;
  const { certificate } = key;
  if (!certificate) return undefined;
  const allowed = certificate.extendedKeyUsage ?? [];
  // Without the extension everything is allowed, and so it is by one that names nothing; else only what it names.
  if (allowed.length > 0 && !usages.every((usage) => OIDS[usage].some((oid) => allowed.includes(oid)))) return 'KEY_USAGE_WRONG';
  const time = issued === undefined ? at.getTime() : Date.parse(issued);
  const isInside = time >= Date.parse(certificate.notBefore) - DAY && time <= Date.parse(certificate.notAfter);
  return isInside ? undefined : 'KEY_CERTIFICATE_OUTSIDE';
}
