import type { CredentialFormat, SealIntent, Trust, Verdict } from '../../api/ports/credential-format.js';
import { refusedVerdict, verifiedVerdict, withUnprotected } from '../../api/verdict.js';
import { KINDS } from '../foreign-credentials.js';
import { plainFormat } from '../plain-format.js';

type Change = (sound: CredentialFormat) => Partial<CredentialFormat>;
type Parts = { readonly proof: { readonly value: string } & Readonly<Record<string, string>> };

const opening =
  (change: (open: CredentialFormat['open']) => CredentialFormat['open']): Change =>
  (sound) => ({ open: change(sound.open) });
const trusting = (change: (trust: Trust) => Trust): Change => opening((open) => (document, trust, at) => open(document, change(trust), at));

/** Formats that are sound but for one promise each, by that promise. */
const CHANGES: Readonly<Record<string, Change>> = {
  'has a media type, and forms in which the house draws QR codes, if any': () => ({ qrForms: ['morse' as 'zip'] }),

  'seals one intent and one key to the same bytes': (sound) => {
    let sealed = 0;
    const created = () => new Date(Date.parse('2026-11-23T10:00:01.000Z') + ++sealed).toISOString();
    // Unfit intents stay as they are.
    return { seal: (intent, sign) => sound.seal(intent.created.endsWith('Z') ? { ...intent, created: created() } : intent, sign) };
  },

  'opens what it has sealed, names id and issuer, and leaves the status to others': opening((open) => async (document, trust, at) => {
    const { claims, ...verdict } = await open(document, trust, at);
    if (!claims) return verdict;
    const { id: _, ...others } = claims;
    return { ...verdict, claims: others };
  }),

  'gives out nothing that another key has signed': (sound) => ({
    async seal(intent, sign) {
      let signature: Uint8Array | undefined;
      const keeping = async (data: Uint8Array) => {
        signature = await sign(data);
        return signature;
      };
      return sound.seal(intent, keeping).catch((error) => {
        if (!signature) throw error;
        const { proof, ...rest } = sound.prepare(intent) as Parts;
        return { ...rest, proof: { ...proof, value: Buffer.from(signature).toString('base64url') } };
      });
    },
  }),

  'calls nothing VERIFIED that was altered': opening((open) => (document, trust, at) => {
    if (typeof document !== 'object' || document === null || !Object.hasOwn(document, 'unknownField')) return open(document, trust, at);
    const { unknownField: _, ...known } = document as Record<string, unknown>;
    return open(known, trust, at);
  }),

  'recognises its own kind and no other': (sound) => ({
    recognises: (document) => sound.recognises(document) || document === KINDS['eddsa-jcs-2022'],
  }),

  'has a verdict on whatever it is given, and throws nothing': opening((open) => async (document, trust, at) => {
    if (document === null) throw new TypeError('null has no proof');
    return open(document, trust, at);
  }),

  'trusts nobody unasked': trusting((trust) => ({ ...trust, issuer: () => true })),

  'says INVALID_SIGNATURE when the key is another one, and shows no claims': opening((open) => async (document, trust, at) => {
    const verdict = await open(document, trust, at);
    return verdict.status === 'INVALID_SIGNATURE' ? { ...verdict, status: 'INVALID_SIGNING_FORMAT' } : verdict;
  }),

  'believes a revoked key nothing, and an expired one nothing that was made later': trusting((trust) => ({
    ...trust,
    key(id) {
      const { revoked: _, ...key } = trust.key(id) ?? {};
      return trust.key(id) && (key as ReturnType<Trust['key']>);
    },
  })),

  'keeps to the time of validity': opening((open) => (document, trust) => open(document, trust, new Date('2026-11-23T12:00:00Z'))),

  'refuses what it would not open, before it touches the key': (sound) => ({
    async seal(intent, sign) {
      const signature = await sign(new Uint8Array(64));
      return signature && sound.seal(intent, sign);
    },
  }),

  'writes where the status stands, if it says that it does, and opens it as it was given': () => ({ writesStatus: true }),

  'lets its holder choose what to show, if it says that it does, and a verifier read nothing else': () => ({
    sealsForHolder: true,
    disclose: async (credential) => credential,
  }),

  'prepares what it will seal: as large, and not yet sound': (sound) => ({
    prepare(intent) {
      const { proof, ...rest } = sound.prepare(intent) as Parts;
      return { ...rest, proof: { ...proof, value: '' } };
    },
  }),
};

/** Each with the one promise that it breaks. */
export const brokenFormats: readonly (readonly [promise: string, format: CredentialFormat])[] = Object.entries(CHANGES).map(
  ([promise, change]) => {
    const sound = plainFormat();
    return [promise, { ...sound, ...change(sound) }];
  },
);

/** The parts of a document that somebody has added a member to. */
const withoutAddition = (document: unknown): unknown => {
  if (typeof document !== 'object' || document === null || !Object.hasOwn(document, 'unknownField')) return document;
  const { unknownField: _, ...known } = document as Record<string, unknown>;
  return known;
};

/** Opens what has a member more than what was signed; `tell` makes of it what is said of that member. */
function malleable(tell: (verdict: Verdict) => Verdict): CredentialFormat {
  const sound = plainFormat();
  const open: CredentialFormat['open'] = async (document, trust, at) => {
    const known = withoutAddition(document);
    const verdict = await sound.open(known, trust, at);
    return known !== document && verdict.claims ? tell(verdict) : verdict;
  };
  return { ...sound, open };
}

/** A format that keeps the promise of malleable ones. */
export const malleableFormat = malleable((verdict) => withUnprotected(verdict, ['/unknownField']));

/** Malleable formats that break theirs. */
export const brokenMalleableFormats: readonly (readonly [fault: string, format: CredentialFormat])[] = [
  ['does not name what was altered', malleable((verdict) => verdict)],
  [
    'claims what was altered',
    malleable((verdict) => withUnprotected({ ...verdict, claims: { ...verdict.claims, unknownField: 'x' } }, ['/unknownField'])),
  ],
  ['is not malleable', plainFormat()],
];

/** Signs nothing and believes everything: whoever tests shapes and status codes alone takes it for an implementation. */
export const unsignedFormat: CredentialFormat = {
  mediaType: 'application/unsigned',
  qrForms: ['zip'],
  needs: { purpose: 'vc', algorithm: 'Ed25519' },
  prepare: unsigned,
  seal: async (intent) => unsigned(intent),
  recognises: (document) => typeof document === 'object' && document !== null && 'unsigned' in document,
  async open(document): Promise<Verdict> {
    const claims = (document as { claims?: Record<string, unknown> } | null | undefined)?.claims;
    return claims ? verifiedVerdict(claims) : refusedVerdict('DOCUMENT_NOT_CREDENTIAL');
  },
};

function unsigned({ id, issuer, validFrom, subject }: SealIntent): unknown {
  return { unsigned: true, claims: { id, issuer, validFrom, credentialSubject: subject } };
}
