import { createHash, X509Certificate } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Trust, TrustedKey, Verdict } from '@divoc/core/api';
import { describe, expect, it } from 'vitest';
import { reader } from '../src/reader.js';

const folder = join(process.env.DIVOC_VECTORS ?? '../shared/vectors', 'eu-dcc');
const json = (name: string) => JSON.parse(readFileSync(join(folder, name), 'utf8'));

interface Vector {
  readonly file: string;
  readonly verdict: 'VALID' | 'INVALID' | 'EITHER';
  readonly failsAt?: string;
  readonly clock: string;
  readonly iss?: string;
  readonly flags: Readonly<Record<string, boolean>>;
}

/** What a failing flag of the vectors is called here. */
const WORDS: Readonly<Record<string, readonly Verdict['status'][]>> = {
  UNPREFIX: ['NOT_SUPPORTED'],
  B45DECODE: ['INVALID_ENCODING'],
  COMPRESSION: ['INVALID_COMPRESSION'],
  VERIFY: ['INVALID_SIGNING_FORMAT', 'ISSUER_NOT_TRUSTED', 'INVALID_SIGNATURE'],
  EXPIRATIONCHECK: ['EXPIRED', 'NOT_YET_VALID'],
  KEYUSAGE: ['ISSUER_NOT_TRUSTED'],
};

describe('the EU DCC vectors', () => {
  it('are here', () => {
    expect(existsSync(folder), `the test vectors are missing at ${folder}; set DIVOC_VECTORS to their folder`).toBe(true);
  });

  const { vectors } = json('expected.json') as { vectors: readonly Vector[] };
  it('are 76', () => expect(vectors.length).toBe(76));

  it.each(vectors)('$file is $verdict', async ({ file, verdict, flags, clock, iss, failsAt }) => {
    const vector = json(file);
    const trust = trustOf(vector.TESTCTX.CERTIFICATE);
    const found = await reader.open(vector.PREFIX, trust, new Date(clock));
    if (verdict === 'EITHER') {
      // SK/3 has two entries; the key of LI/4 may sign vaccinations, and has signed a test.
      expect([found.status, found.reasons[0]?.code]).toEqual(
        file === 'SK/3.json' ? ['RULE_FAILED', 'HCERT_ENTRIES_WRONG'] : ['ISSUER_NOT_TRUSTED', 'KEY_USAGE_WRONG'],
      );
      return;
    }
    // Of Q1 it is the picture that cannot be read; its text can.
    const isValid = verdict === 'VALID' || failsAt === 'image only' || file === 'common/Q1.json';
    expect(found.status === 'VERIFIED', `${file}: ${found.status} ${found.reasons[0]?.code}`).toBe(isValid);
    for (const [flag, holds] of Object.entries(flags)) if (!holds && WORDS[flag]) expect(WORDS[flag]).toContain(found.status);
    if (flags.KEYUSAGE === false) expect(found.reasons[0]?.code).toBe('KEY_USAGE_WRONG');
    if (!isValid) return;
    expect(found.claims).toMatchObject({ issuer: 'somebody', country: iss });
    const [entry] = Object.values(found.claims?.certificate as object).flatMap((member) => (Array.isArray(member) ? member : []));
    expect(found.claims?.id).toBe(entry.ci);
    if (vector.JSON && flags.VALIDJSON) expect(found.claims?.certificate).toEqual(vector.JSON);
    expect((await reader.open(vector.PREFIX, trustOf(undefined), new Date(clock))).status).toBe('ISSUER_NOT_TRUSTED');
  });
});

/** One certificate trusted, under the key id that it has. */
function trustOf(certificate: string | undefined): Trust {
  const keys = certificate === undefined ? [] : [trustedKey(certificate)];
  return {
    key: () => undefined,
    issuer: () => true,
    type: () => undefined,
    keysFor: (kid) => keys.filter((key) => kid === undefined || key.kid === kid),
  };
}

function trustedKey(der: string): TrustedKey {
  const bytes = Buffer.from(der, 'base64');
  const x509 = new X509Certificate(bytes);
  // Node's name for the extended key usage; that of CO15 is there and names nothing.
  const usages = x509.keyUsage as readonly string[] | undefined;
  return {
    id: 'key',
    controller: 'somebody',
    kid: createHash('sha256').update(bytes).digest().subarray(0, 8).toString('base64'),
    publicKeyJwk: x509.publicKey.export({ format: 'jwk' }) as TrustedKey['publicKeyJwk'] & object,
    certificate: {
      der,
      notBefore: new Date(x509.validFrom).toISOString(),
      notAfter: new Date(x509.validTo).toISOString(),
      isAuthority: x509.ca,
      ...(usages && { extendedKeyUsage: usages }),
    },
  };
}
