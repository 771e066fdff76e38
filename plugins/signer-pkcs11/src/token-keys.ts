import { X509Certificate } from 'node:crypto';
import { multikeyOfJwk, type SignatureAlgorithm } from '@divoc/core/api';
import type { SignerKey } from '@divoc/core/internal';
import { SignerError } from '@divoc/core/internal';
import type { Handle } from 'pkcs11js';
import type { Session } from './token.js';

/** What a token cannot keep of its keys, from the manifest. */
export interface Choice {
  /** Ids by purpose. */
  readonly active: Readonly<Record<string, string>>;
  readonly ended: Readonly<Record<string, { readonly revoked?: string; readonly expires?: string }>>;
}

/** A key, and where its private half is found. */
export interface TokenKey extends SignerKey {
  readonly privateKey: Handle;
}

/** Attributes and their values (PKCS #11 3.0). */
const [CLASS, LABEL, VALUE, KEY_TYPE, ID, EC_POINT] = [0x0, 0x3, 0x11, 0x100, 0x102, 0x181] as const;
const [CERTIFICATE, PUBLIC_KEY, PRIVATE_KEY] = [1, 2, 3] as const;
const [EC, EC_EDWARDS] = [0x03, 0x40] as const;

/** The keys of a token: pairs of one CKA_ID, whose CKA_LABEL is their purpose. Throws a SignerError for what is unclear. */
export function keysOf(session: Session, { active, ended }: Choice, now: Date): readonly TokenKey[] {
  const certificates = find(session, [{ type: CLASS, value: CERTIFICATE }]).map(
    (object) => new X509Certificate(attribute(session, object, VALUE)),
  );
  const found = find(session, [{ type: CLASS, value: PUBLIC_KEY }]).flatMap((object) => {
    const key = publicKeyOf(session, object);
    if (!key) return [];
    const id = attribute(session, object, ID);
    const [privateKey] = find(session, [
      { type: CLASS, value: PRIVATE_KEY },
      { type: ID, value: id },
    ]);
    const chain = chainOf(certificates, key.publicKeyMultibase);
    const purpose = attribute(session, object, LABEL).toString('utf8');
    return privateKey ? [{ ...key, id: key.publicKeyMultibase, purpose, privateKey, ...(chain && { certificates: chain }) }] : [];
  });
  for (const id of [...Object.values(active), ...Object.keys(ended)]) {
    // A misspelt id must not leave a revoked key trusted.
    if (found.some((key) => key.id === id)) continue;
    throw new SignerError('SIGNER_KEY_UNKNOWN', `the token holds no key ${id}`, "Correct it in 'active' or 'ended'.");
  }
  const keys = found.map((key) => ({ ...key, active: key.id === activeOf(key.purpose, found, { active, ended }), ...ended[key.id] }));
  for (const { id, purpose, active: isActive, revoked, expires } of keys) {
    const hasEnded = revoked !== undefined || (expires !== undefined && now.getTime() > Date.parse(expires));
    if (!isActive || !hasEnded) continue;
    throw new SignerError('SIGNER_ACTIVE_ENDED', `the active key ${id} for ${purpose} has ended`, "Make another, and set 'active' to it.");
  }
  return keys;
}

/** One key of a purpose signs; with several that have not been revoked, the manifest says which. */
function activeOf(purpose: string, keys: readonly Pick<SignerKey, 'id' | 'purpose'>[], { active, ended }: Choice): string | undefined {
  const ids = keys.filter((key) => key.purpose === purpose).map(({ id }) => id);
  const chosen = active[purpose];
  if (chosen !== undefined && ids.includes(chosen)) return chosen;
  const left = ids.filter((id) => ended[id]?.revoked === undefined);
  if (chosen === undefined && left.length <= 1) return left[0];
  const what = chosen === undefined ? `the token holds ${left.length} keys for ${purpose}` : `the key ${chosen} is not for ${purpose}`;
  throw new SignerError('SIGNER_ACTIVE_UNCLEAR', what, `Set 'active' of ${purpose} to one of ${left.join(', ')}.`);
}

/** Undefined for a key of another kind, which is somebody else's. */
function publicKeyOf(session: Session, object: Handle): { algorithm: SignatureAlgorithm; publicKeyMultibase: string } | undefined {
  const type = attribute(session, object, KEY_TYPE)[0];
  if (type !== EC && type !== EC_EDWARDS) return undefined;
  // An OCTET STRING in DER: 0x04, its length, the point.
  const point = attribute(session, object, EC_POINT).subarray(2);
  const text = (bytes: Buffer) => bytes.toString('base64url');
  const jwk =
    type === EC_EDWARDS && point.length === 32
      ? { kty: 'OKP', crv: 'Ed25519', x: text(point) }
      : type === EC && point.length === 65
        ? { kty: 'EC', crv: 'P-256', x: text(point.subarray(1, 33)), y: text(point.subarray(33)) }
        : undefined;
  const publicKeyMultibase = jwk && multikeyOfJwk(jwk);
  return publicKeyMultibase === undefined ? undefined : { algorithm: type === EC ? 'ES256' : 'Ed25519', publicKeyMultibase };
}

/** DER in base64: the certificate of this key, and those of the token that signed it. */
function chainOf(all: readonly X509Certificate[], multibase: string): readonly string[] | undefined {
  const chain: X509Certificate[] = [];
  let next = all.find(({ publicKey }) => multikeyOfJwk(publicKey.export({ format: 'jwk' }) as never) === multibase);
  for (; next && !chain.includes(next); next = issuerOf(next, all)) chain.push(next);
  return chain.length === 0 ? undefined : chain.map(({ raw }) => raw.toString('base64'));
}

const issuerOf = (certificate: X509Certificate, all: readonly X509Certificate[]) =>
  all.find((issuer) => certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey));

type Attribute = { readonly type: number; readonly value: number | Buffer };

function find({ library, handle }: Session, template: Attribute[]): Handle[] {
  library.C_FindObjectsInit(handle, template);
  try {
    return library.C_FindObjects(handle, 10_000);
  } finally {
    library.C_FindObjectsFinal(handle);
  }
}

const attribute = ({ library, handle }: Session, object: Handle, type: number): Buffer =>
  library.C_GetAttributeValue(handle, object, [{ type }])[0]?.value as Buffer;
