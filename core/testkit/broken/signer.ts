import type { Signer, SignerKey } from '../../internal/signer.js';
import { testKey } from '../credential-fixture.js';
import { documentSigner } from '../document-signers.js';
import type { SignerSubject } from '../signer-contract.js';

const ended = (code: string) => Object.assign(new Error('this key does not sign'), { code });

/** A signer in memory: good for tests of what uses signers, and the model that the broken ones differ from in one point. */
export function soundSigner(): SignerSubject {
  const [active, retired, revoked] = [testKey(1), testKey(2), testKey(3)];
  const certified = documentSigner();
  const vc = { purpose: 'vc', algorithm: 'Ed25519' } as const;
  const named = (multibase: string) => ({ id: multibase, publicKeyMultibase: multibase });
  const keys: readonly SignerKey[] = [
    { ...named(active.multibase), ...vc, active: true },
    { ...named(retired.multibase), ...vc, active: false },
    { ...named(revoked.multibase), ...vc, active: false, revoked: '2026-01-01T00:00:00Z' },
    { ...named(certified.key.publicKeyMultibase), ...certified.key, purpose: 'hcert', active: true },
  ];
  const signs = new Map([
    ...[active, retired].map((key) => [key.multibase, key.sign] as const),
    [certified.key.publicKeyMultibase, certified.sign],
  ]);
  const signer: Signer = {
    keys: async () => keys,
    async active({ purpose, algorithm, certificate = false }) {
      const key = keys.find((found) => found.purpose === purpose && found.active);
      if (!key || key.algorithm !== algorithm || (certificate && !key.certificates)) throw ended('KEY_MISSING');
      return key;
    },
    async sign(id, data) {
      const sign = signs.get(id);
      if (!sign) throw ended('KEY_ENDED');
      return sign(data);
    },
  };
  return { signer, retired: retired.multibase, revoked: revoked.multibase };
}

const changed = (change: (signer: Signer, subject: SignerSubject) => Partial<Signer>): SignerSubject => {
  const subject = soundSigner();
  return { ...subject, signer: { ...subject.signer, ...change(subject.signer, subject) } };
};

/** For each promise of the contract a signer that breaks it and no other. */
export const brokenSigners: Readonly<Record<string, () => SignerSubject>> = {
  'a key is named by its public half, and is of the algorithm that it says': () =>
    changed(({ keys, active }) => {
      // Named by a number, as devices do: nobody can tell whose the key is.
      const renamed = (key: SignerKey): SignerKey => (key.purpose === 'hcert' ? { ...key, id: 'slot-0' } : key);
      const { sign } = soundSigner().signer;
      const number = documentSigner().key.publicKeyMultibase;
      return {
        keys: async () => (await keys()).map(renamed),
        active: async (needs) => renamed(await active(needs)),
        sign: (id, data) => sign(id === 'slot-0' ? number : id, data),
      };
    }),
  'one key of a purpose is active, and it is the one that is given for it': () =>
    changed(({ active, keys }) => ({
      async active(needs) {
        const key = await active(needs);
        return needs.purpose === 'vc' ? ((await keys())[1] ?? key) : key;
      },
    })),
  'no key is given for a need that it does not fulfil, and the error has a code': () =>
    changed(({ active }) => ({ active: ({ certificate: _, ...needs }) => active(needs) })),
  'what it signs verifies with the public half of that key, and with no other': () =>
    changed(({ sign }) => ({
      // DER, as most devices and libraries give it.
      sign: async (id, data) => (id.startsWith('zDn') ? new Uint8Array(71) : sign(id, data)),
    })),
  'a retired key finishes what it had begun': () =>
    changed(({ sign }, { retired }) => ({
      async sign(id, data) {
        if (id === retired) throw ended('KEY_RETIRED');
        return sign(id, data);
      },
    })),
  'a revoked key is still shown, and signs nothing; neither does a key that nobody knows': () =>
    changed(({ sign }, { revoked }) => ({ sign: (id, data) => (id === revoked ? testKey(3).sign(data) : sign(id, data)) })),
  'a certificate is of the key that it stands with': () =>
    changed(({ keys, active }) => {
      const other = documentSigner(1).key.certificates ?? [];
      const exchanged = (key: SignerKey): SignerKey => (key.certificates ? { ...key, certificates: other } : key);
      return { keys: async () => (await keys()).map(exchanged), active: async (needs) => exchanged(await active(needs)) };
    }),
};
