import {
  brokenCredentialRule,
  CREDENTIAL_ID,
  type CredentialFormat,
  isUuidUrn,
  lintIntent,
  type SealIntent,
  type SealingNeeds,
  type Sign,
  STAND_IN_SIGNATURE,
  sealJudged,
  suiteKeyOf,
  trustOfIntent,
  unfitCredential,
  unsignedCredential,
} from '@divoc/core/api';
import { documents } from './document-sealer.js';
import { reader } from './reader.js';
import { tokenOf } from './token.js';

/** A purpose has one active key, so that each kind of key has a purpose of its own. */
export const NEEDS = {
  Ed25519: { purpose: 'vc', algorithm: 'Ed25519' },
  ES256: { purpose: 'vc-ecdsa', algorithm: 'ES256' },
} as const satisfies Readonly<Record<string, SealingNeeds>>;

export type Algorithm = keyof typeof NEEDS;

/** Certificates as vc+jwt. */
export function joseFormat(algorithm: Algorithm): CredentialFormat {
  return {
    mediaType: 'application/vc+jwt',
    // Base64url of JSON is too long to be printed: it is for wallets.
    qrForms: [],
    needs: NEEDS[algorithm],
    prepare: (intent) => prepare(algorithm, intent).with(STAND_IN_SIGNATURE),
    seal: (intent, sign) => seal(algorithm, intent, sign),
    documents,
    ...reader,
  };
}

/** Prepare → lint → sign → verify what was signed. Throws a Refusal (422) with the reason, and signs nothing, for an unfit intent. */
async function seal(algorithm: Algorithm, intent: SealIntent, sign: Sign): Promise<string> {
  const token = prepare(algorithm, intent);
  const open = (text: string) => reader.open(text, trustOfIntent(intent), new Date(intent.validFrom));
  return sealJudged({ ...token, open }, sign);
}

function prepare(algorithm: Algorithm, intent: SealIntent) {
  const { type, created, verificationMethod, key } = intent;
  if (isUuidUrn(intent.id)) lintIntent(intent, 'RULES_OF_VC');
  else if (!new RegExp(CREDENTIAL_ID).test(intent.id)) throw unfitCredential('RULES_OF_VC', '/id');
  if (type.url !== `${type.document.base}${type.hash}`) throw unfitCredential('CONTEXT_NOT_EXACT', '/@context');
  const unsigned = unsignedCredential(intent);
  const broken = brokenCredentialRule(unsigned);
  if (broken !== undefined) throw unfitCredential('RULES_OF_VC', broken);
  const publicKeyMultibase = key?.publicKeyMultibase ?? verificationMethod.split('#')[1] ?? '';
  const own = { id: verificationMethod, controller: intent.issuer, publicKeyMultibase };
  if (suiteKeyOf(algorithm === 'ES256' ? 'ecdsa' : 'eddsa', own)?.algorithm !== algorithm)
    throw unfitCredential('KEY_UNKNOWN', '/verificationMethod');
  return tokenOf(unsigned, algorithm, { verificationMethod, created });
}
