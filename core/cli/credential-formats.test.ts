import { describe, expect, it } from 'vitest';
import { credentialFixture, SEALED_AT } from '../testkit/credential-fixture.js';
import { KINDS } from '../testkit/foreign-credentials.js';
import { verifyInput } from '../verifier/verify.js';
import { installedFormats } from './credential-formats.js';

const silent = { debug() {}, info() {}, warn() {}, error() {} };
const { formats: named, leftOut } = await installedFormats(process.cwd(), '/nowhere', () => silent);
const formats = Object.values(named);
/** Those that read without settings, and seal nothing before a manifest says what. */
const READERS = ['hcert', 'shc', 'vds-nc'];
const sealing = Object.entries(named).flatMap(([name, format]) => (READERS.includes(name) ? [] : [format]));
const sealed = await Promise.all(
  sealing.map(async (format) => {
    const fixture = credentialFixture({ certified: format.needs.algorithm === 'ES256' });
    return { format, fixture, credential: await format.seal(fixture.intent, fixture.sign) };
  }),
);

describe('the credential formats of this repository', () => {
  it('are all built, and there are several', () => {
    expect(leftOut).toEqual([]);
    expect(formats.length).toBeGreaterThanOrEqual(2);
  });

  it("recognise their own documents and nobody else's", () => {
    for (const { format, credential } of sealed) {
      expect(formats.filter(({ recognises }) => recognises(credential))).toEqual([format]);
    }
    for (const [kind, document] of Object.entries(KINDS)) {
      expect([kind, formats.filter(({ recognises }) => recognises(document)).length]).toEqual([
        kind,
        expect.toSatisfy((n: number) => n <= 1),
      ]);
    }
  });

  it('say the same of one event, whichever is asked first', async () => {
    const claims = await Promise.all(
      sealed.flatMap(({ credential, fixture }) =>
        [named, Object.fromEntries(Object.entries(named).reverse())].map(async (order) => {
          const verdict = await verifyInput(credential, order, fixture.trust(), SEALED_AT);
          return { status: verdict.status, id: verdict.claims?.id, issuer: verdict.claims?.issuer };
        }),
      ),
    );
    const { intent } = credentialFixture();
    for (const claim of claims) expect(claim).toEqual({ status: 'VERIFIED', id: intent.id, issuer: intent.issuer });
  });
});
