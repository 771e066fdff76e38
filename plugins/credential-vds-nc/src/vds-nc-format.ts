import {
  type CredentialFormat,
  canonicalJson,
  fromBase64,
  jwkOfMultikey,
  jwkThumbprint,
  lintIntent,
  type SealIntent,
  type Sign,
  STAND_IN_SIGNATURE,
  sealJudged,
  type Trust,
  toBase64url,
  unfitCredential,
} from '@divoc/core/api';
import { reader } from './reader.js';
import { jwkOfCertificate, readCertificate } from './signer-certificate.js';
import { vaccinationMessage } from './vaccination-message.js';
import type { Settings } from './vds-nc-settings.js';

/** As long as a signer's certificate may be: that of the key is not known before a seal is made. */
const STAND_IN_CERTIFICATE = Uint8Array.from({ length: 560 }, (_, at) => (at * 157 + at * at * 83 + 41) % 256);

/** ICAO VDS-NC, `icao.vacc` version 1. */
export function vdsNcFormat(settings: Settings): CredentialFormat {
  return {
    mediaType: 'application/x-vds-nc',
    types: ['VaccinationCredential'],
    qrForms: ['text'],
    needs: { purpose: 'vds-nc', algorithm: 'ES256', certificate: true },
    ...reader,
    prepare: (intent) => sealOf(dataOf(intent, settings), certificateOf(intent) ?? STAND_IN_CERTIFICATE, STAND_IN_SIGNATURE),
    seal: (intent, sign) => seal(intent, sign, settings),
  };
}

/** Prepare → lint → sign → verify what was signed. Throws a Refusal (422) with the reason, and signs nothing, for an unfit intent. */
async function seal(intent: SealIntent, sign: Sign, settings: Settings): Promise<unknown> {
  const data = dataOf(intent, settings);
  const certificate = certificateOf(intent);
  if (!certificate || !(await isOfKey(certificate, intent))) throw unfitCredential('KEY_UNKNOWN', '/verificationMethod');
  return sealJudged(
    {
      signed: new TextEncoder().encode(canonicalJson(data)),
      with: (signature) => sealOf(data, certificate, signature),
      open: (credential) => verdictOn(credential, intent, certificate),
    },
    sign,
  );
}

/** In the order of JCS, so that the text in the code is the one that was signed. */
const sealOf = (data: unknown, certificate: Uint8Array, signature: Uint8Array): unknown =>
  JSON.parse(canonicalJson({ data, sig: { alg: 'ES256', cer: toBase64url(certificate), sigvl: toBase64url(signature) } }));

function dataOf(intent: SealIntent, settings: Settings) {
  const { id, subject, validFrom, validUntil } = intent;
  const { country } = settings;
  if (country === undefined) throw unfitCredential('VDS_NC_KIND_UNKNOWN', '');
  lintIntent(intent, 'VDS_NC_MALFORMED');
  if (validUntil !== undefined && Date.parse(validUntil) < Date.parse(validFrom)) throw unfitCredential('EXPIRED', '/validUntil');
  return { hdr: { is: country, t: 'icao.vacc', v: 1 }, msg: vaccinationMessage(subject, id, country, settings) };
}

const certificateOf = ({ key }: SealIntent): Uint8Array | undefined => {
  const [own] = key?.certificates ?? [];
  return own === undefined ? undefined : fromBase64(own);
};

/** A certificate that came to the wrong key would make seals that nobody can verify. */
async function isOfKey(der: Uint8Array, { key }: SealIntent): Promise<boolean> {
  const certificate = readCertificate(der);
  const certified = certificate && (await jwkOfCertificate(certificate, 'ES256'));
  const own = key?.algorithm === 'ES256' ? jwkOfMultikey(key.publicKeyMultibase) : undefined;
  return certified !== undefined && own !== undefined && jwkThumbprint(certified) === jwkThumbprint(own);
}

/**
 * As a verifier sees it who trusts this certificate and nothing else, at the first moment at which it holds: what is sealed
 * anew, when its first key was compromised, has a signer whose certificate is younger than it is itself.
 */
function verdictOn(credential: unknown, { issuer, validFrom, created, verificationMethod, key }: SealIntent, der: Uint8Array) {
  const certificate = readCertificate(der);
  const known = certificate && {
    der: certificate.der,
    notBefore: certificate.notBefore,
    notAfter: certificate.notAfter,
    isAuthority: false,
  };
  const publicKeyMultibase = key?.publicKeyMultibase;
  const trusted = {
    id: verificationMethod,
    controller: issuer,
    ...(publicKeyMultibase !== undefined && { publicKeyMultibase }),
    ...(known && { certificate: known }),
  };
  const trust: Trust = { key: () => undefined, issuer: () => true, type: () => undefined, keysFor: () => [trusted] };
  return reader.open(credential, trust, new Date(Math.max(Date.parse(validFrom), Date.parse(created))));
}
