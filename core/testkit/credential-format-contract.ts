import assert from 'node:assert/strict';
import { encodeDivocZip } from '../api/divoc-zip.js';
import type { CredentialFormat, KeyCertificate, SealIntent, Sign, Trust, Verdict } from '../api/ports/credential-format.js';
import { isRefusal } from '../api/refusal.js';
import { credentialStatus } from '../api/vc-sealing.js';
import type { Contract, Promised } from './contract.js';
import { type CredentialFixture, credentialFixture, SEALED_AT } from './credential-fixture.js';
import { garbage } from './credential-garbage.js';
import { documentSigner } from './document-signers.js';
import { KINDS } from './foreign-credentials.js';
import { assertMalleabilityTold } from './malleable-suite.js';
import { assertNotMalleable, type SwapOptions } from './swap-suite.js';
import { assertTextNotMalleable } from './text-swap-suite.js';
import { assertVerdict } from './verdict-shape.js';

export interface FormatSubject {
  readonly format: CredentialFormat;
  /** Which of `KINDS` it reads, if any of them, in their order. */
  readonly kind?: string | readonly string[];
  /** True for a signature algorithm that draws random numbers (ECDSA): sealing twice gives two texts. */
  readonly isRandomised?: boolean;
  /** True of formats that find keys by key id (COSE, JOSE) and not by DID URL; `certificate` of those that carry an X.509 one. */
  readonly keysById?: boolean | 'certificate';
  /** True of formats that bear no date: they hold as long as their key, which may have signed just now. */
  readonly isUndated?: boolean;
  /**
   * True of an old format whose signatures let values change places or be added. The weaker promise: what is altered is not
   * VERIFIED, or has the same claims and is named in `unprotected`.
   */
  readonly isMalleable?: boolean;
  /** For JSON-LD: the full IRI of a member, which may stand in its place. */
  readonly iri?: SwapOptions['iri'];
  /** What is sealed; default the testkit's own record. */
  readonly fixture?: CredentialFixture;
}

/** A subject with what most promises begin with. */
interface Sealed extends FormatSubject {
  readonly fixture: CredentialFixture;
  readonly intent: SealIntent;
  /** What a verifier reads: what was sealed, or all that its holder can show of it. */
  readonly credential: unknown;
  readonly sealed: unknown;
  open(document: unknown, trust?: Trust, at?: Date): Promise<Verdict>;
}

function promise(name: string, holds: (sealed: Sealed) => Promise<void> | void): Promised<FormatSubject> {
  return {
    name,
    async holds(subject) {
      const { format, fixture = credentialFixture() } = subject;
      const { intent, sign } = fixture;
      const sealed = await format.seal(intent, sign);
      const credential = await shown(format, sealed, fixture);
      const open = (document: unknown, trust = fixture.trust(), at = SEALED_AT) => format.open(document, trust, at);
      await holds({ ...subject, fixture, intent, credential, sealed, open });
    },
  };
}

/** All that its holder can show of what was sealed: the whole, where it is not theirs to choose. */
const shown = async ({ sealsForHolder, disclose }: CredentialFormat, sealed: unknown, fixture: CredentialFixture): Promise<unknown> =>
  sealsForHolder && disclose ? disclose(sealed, [''], fixture.trust()) : sealed;

/** What certificates, verification and `divoc verify` rely on in every credential format. */
export const credentialFormatContract: Contract<FormatSubject> = {
  port: 'credential-format/0',
  promises: [
    promise('has a media type, and forms in which the house draws QR codes, if any', ({ format: { mediaType, qrForms } }) => {
      assert.match(mediaType, /^application\/[a-z0-9][a-z0-9.+-]*$/);
      assert.ok(
        qrForms.every((form) => ['zip', 'pixelpass', 'text'].includes(form)),
        `QR forms: ${qrForms}`,
      );
    }),

    promise('seals one intent and one key to the same bytes', async ({ format, intent, sealed, fixture: { sign }, isRandomised }) => {
      if (isRandomised) return;
      assert.equal(JSON.stringify(await format.seal(structuredClone(intent), sign)), JSON.stringify(sealed));
    }),

    promise(
      'opens what it has sealed, names id and issuer, and leaves the status to others',
      async ({ format, intent, credential, fixture, open }) => {
        const { validUntil: _, ...forEver } = intent;
        for (const document of [
          credential,
          JSON.parse(JSON.stringify(credential)),
          await shown(format, await format.seal(forEver, fixture.sign), fixture),
        ]) {
          const verdict = await open(document);
          assertVerdict(verdict);
          assert.equal(verdict.status, 'VERIFIED');
          assert.deepEqual(Object.values({ ...verdict.answers, status: 'pass' }), Array(6).fill('pass'));
          assert.equal(verdict.answers.status, 'not-checked');
          assert.deepEqual([verdict.claims?.id, verdict.claims?.issuer], [intent.id, intent.issuer]);
        }
      },
    ),

    promise('gives out nothing that another key has signed', async ({ format, intent, fixture }) => {
      await assertUnfit(format.seal(intent, fixture.other.sign));
      await assertUnfit(format.seal(intent, async () => new Uint8Array(64)));
    }),

    promise('calls nothing VERIFIED that was altered', async ({ credential, open, iri, isMalleable }) => {
      if (typeof credential === 'string') await assertTextNotMalleable(credential, open);
      else if (isMalleable) assert.ok(await assertMalleabilityTold(credential, open, { ...(iri && { iri }) }), 'it is not malleable');
      else await assertNotMalleable(credential, open, { ...(iri && { iri }) });
    }),

    promise('recognises its own kind and no other', ({ format, credential, sealed, kind }) => {
      for (const document of [credential, sealed])
        assert.ok(format.recognises(JSON.parse(JSON.stringify(document))), 'it does not recognise what it has sealed');
      const found = Object.keys(KINDS).filter((name) => format.recognises(KINDS[name]));
      assert.deepEqual(found, kind === undefined ? [] : [kind].flat());
    }),

    promise('has a verdict on whatever it is given, and throws nothing', async ({ credential, open }) => {
      for (const document of [...Object.values(KINDS), ...garbage(credential)]) {
        const verdict = await open(document);
        assertVerdict(verdict);
        assert.notEqual(verdict.status, 'VERIFIED');
      }
    }),

    promise('trusts nobody unasked', async ({ credential, fixture, open, keysById }) => {
      const trust = fixture.trust();
      const { certificate } = documentSigner(1).trusted as { certificate: KeyCertificate };
      const others = keysById === 'certificate' ? { certificate } : { kid: 'another' };
      const byId: Trust[] = [{ ...trust, keysFor: () => [] }, fixture.trust(others)];
      const byDid: Trust[] = [
        { ...trust, issuer: () => false },
        { ...trust, issuer: () => false, key: () => undefined },
        { ...trust, key: () => undefined },
        fixture.trust({ controller: 'did:web:other.example' }),
      ];
      for (const doubt of keysById ? byId : byDid) await assertStatus(open(credential, doubt), 'ISSUER_NOT_TRUSTED');
    }),

    promise('says INVALID_SIGNATURE when the key is another one, and shows no claims', async ({ credential, fixture, open }) => {
      const { status, claims } = await open(credential, fixture.trust(fixture.other.key));
      assert.deepEqual([status, claims], ['INVALID_SIGNATURE', undefined]);
    }),

    promise(
      'believes a revoked key nothing, and an expired one nothing that was made later',
      async ({ credential, fixture, open, isUndated }) => {
        const verdict = (key: object) => open(credential, fixture.trust(key));
        await assertStatus(verdict({ revoked: '2099-01-01T00:00:00Z' }), 'REVOKED_KEYS');
        await assertStatus(verdict({ expires: '2026-11-23T10:00:00Z' }), 'EXPIRED_KEYS');
        await assertStatus(verdict({ expires: 'soon' }), 'EXPIRED_KEYS');
        await assertStatus(verdict({ expires: '2026-11-23T10:00:02Z' }), isUndated ? 'EXPIRED_KEYS' : 'VERIFIED');
        await assertStatus(verdict({ expires: '2026-11-23T12:00:01Z' }), 'VERIFIED');
      },
    ),

    promise('keeps to the time of validity', async ({ credential, fixture, open, isUndated }) => {
      const verdict = (at: string) => open(credential, fixture.trust(), new Date(at));
      assert.notEqual((await verdict('never')).status, 'VERIFIED');
      if (isUndated) return;
      await assertStatus(verdict('2026-11-23T09:59:58Z'), 'NOT_YET_VALID');
      await assertStatus(verdict('2036-11-23T09:59:59Z'), 'VERIFIED');
      await assertStatus(verdict('2036-11-23T10:00:02Z'), 'EXPIRED');
      // The signature holds all the same, so that people can be told what has ended.
      assert.ok((await verdict('2036-11-23T10:00:02Z')).claims);
    }),

    promise('refuses what it would not open, before it touches the key', async ({ format, intent, keysById }) => {
      const strangersKey = { verificationMethod: intent.verificationMethod.replace(intent.issuer, 'did:web:other.example') };
      const changes: Partial<SealIntent>[] = [
        { validUntil: '2020-01-01T00:00:00.000Z' },
        { created: '2026-11-23T10:00:01' },
        { validFrom: 'today' },
        ...(keysById ? [] : [strangersKey]),
        { subject: { ...intent.subject, lotNumber: '\ud800' } },
      ];
      for (const change of changes) {
        let signed = 0;
        const sign: Sign = async () => {
          signed += 1;
          return new Uint8Array(64);
        };
        await assertUnfit(format.seal({ ...intent, ...change }, sign));
        assert.equal(signed, 0, `the key was used for ${JSON.stringify(change)}`);
      }
    }),

    promise(
      'writes where the status stands, if it says that it does, and opens it as it was given',
      async ({ format, intent, fixture, open }) => {
        if (!format.writesStatus) return;
        const list = 'https://health.example/status/r1';
        const revocation = { statusPurpose: 'revocation', statusListIndex: 904_817, statusListCredential: list } as const;
        const suspension = { ...revocation, statusPurpose: 'suspension', statusListCredential: `${list}1` } as const;
        for (const status of [[revocation], [suspension], [revocation, suspension]]) {
          const credential = await format.seal({ ...intent, status }, fixture.sign);
          const { claims, status: word } = await open(credential);
          assert.deepEqual([word, claims?.credentialStatus], ['VERIFIED', credentialStatus(status)]);
          if (status.length < 2) continue;
          if (typeof credential === 'string') await assertTextNotMalleable(credential, open);
          else await assertNotMalleable(credential, open, {});
        }
        // A status list is a credential as well, named by its URL.
        assert.equal((await open(await format.seal({ ...intent, id: list }, fixture.sign))).claims?.id, list);
      },
    ),

    promise(
      'lets its holder choose what to show, if it says that it does, and a verifier read nothing else',
      async ({ format, intent, sealed, fixture, open }) => {
        const { sealsForHolder, disclose } = format;
        if (!sealsForHolder) return;
        assert.ok(disclose, 'nothing can be derived from what it has sealed');
        await assertStatus(open(sealed), 'INVALID_SIGNING_FORMAT');
        const { lotNumber, patient } = intent.subject as { lotNumber: unknown; patient: { name: unknown } };
        const pointers = ['/credentialSubject/lotNumber', '/credentialSubject/patient/name'];
        const { status, claims } = await open(await disclose(sealed, pointers, fixture.trust()));
        const subject = { patient: { name: patient.name }, lotNumber };
        assert.deepEqual([status, claims?.id, claims?.credentialSubject], ['VERIFIED', intent.id, subject]);
        const wrong = ['/credentialSubject/colour', '/credentialSubject/lotNumber/0', '/proof', '/constructor', 'issuer', '/~'];
        for (const pointer of wrong) {
          const error: unknown = await disclose(sealed, [pointer], fixture.trust()).then(
            () => assert.fail(`${pointer} was shown`),
            (thrown: unknown) => thrown,
          );
          if (!isRefusal(error)) throw error;
          assert.deepEqual([error.status, error.code, error.errors[0]?.pointer], [422, 'DISCLOSURE_REFUSED', pointer]);
        }
      },
    ),

    promise('prepares what it will seal: as large, and not yet sound', async ({ format, intent, sealed: credential, open }) => {
      const prepared = format.prepare(intent);
      assert.equal(JSON.stringify(format.prepare(structuredClone(intent))), JSON.stringify(prepared));
      const difference = JSON.stringify(prepared).length - JSON.stringify(credential).length;
      assert.ok(Math.abs(difference) <= 4, `it is ${difference} characters larger than what is sealed`);
      if (!format.qrForms.includes('zip')) return;
      // Its QR code as well, so that what is too large to be printed is refused before it is signed.
      const [before, after] = [encodeDivocZip(prepared).length, encodeDivocZip(credential).length];
      assert.ok(Math.abs(before - after) <= 16, `compressed it takes ${before} bytes, and what is sealed ${after}`);
      assert.notEqual((await open(prepared)).status, 'VERIFIED');
    }),
  ],
};

async function assertStatus(verdict: Promise<Verdict>, status: Verdict['status']): Promise<void> {
  const given = await verdict;
  assertVerdict(given);
  assert.equal(given.status, status);
}

async function assertUnfit(sealing: Promise<unknown>): Promise<void> {
  const error = await sealing.then(
    () => assert.fail('it was sealed'),
    (thrown: unknown) => thrown,
  );
  if (!isRefusal(error)) throw error;
  assert.deepEqual([error.status, error.code], [422, 'CREDENTIAL_UNFIT']);
}
