import { readFile } from 'node:fs/promises';
import type { SealingNeeds } from '../../api/ports/credential-format.js';
import { chosenSigner } from '../../internal/chosen-signer.js';
import { type KeyStore, keyStore, type Signer, type SignerKey, signer } from '../../internal/signer.js';
import { boot, type House } from '../../kernel/boot.js';
import { providersOf } from '../../kernel/graph.js';
import type { Plan } from '../../kernel/plan.js';
import { ManifestError } from '../../kernel/problem.js';
import type { CertificatesConfig } from '../../services/certificates/certificates-config.js';
import { type Command, type CommandInput, UsageError } from '../command.js';
import { adopterOf, homeOf, logging, planAdopter, reportingProblems } from '../deployment.js';

/** What keys of the house's purposes are, so that nobody needs to know. */
const NEEDS: Readonly<Record<string, SealingNeeds>> = {
  vc: { purpose: 'vc', algorithm: 'Ed25519' },
  log: { purpose: 'log', algorithm: 'Ed25519' },
  trust: { purpose: 'trust', algorithm: 'Ed25519' },
  hcert: { purpose: 'hcert', algorithm: 'ES256', certificate: true },
  shc: { purpose: 'shc', algorithm: 'ES256' },
  'sd-jwt': { purpose: 'sd-jwt', algorithm: 'ES256' },
  'vds-nc': { purpose: 'vds-nc', algorithm: 'ES256', certificate: true },
};

export const NO_RESTART = 'A running divoc serve takes it from the next signature on.';

export const keysList: Command = {
  name: 'keys list',
  summary: "shows the issuer's public keys: what each is for, which one signs, and which have ended",
  help: `
Usage: divoc keys list [ADOPTER] [--json]

Prints a line for each: its id, purpose, algorithm and state (active, retired, expired or revoked), and "certified" where it
has an X.509 certificate. --json prints { "keys": [...] }. Nothing private is shown.`,
  options: {},
  run: (input) =>
    withKeys(input, async ({ signer: keys }) => {
      const all = await keys.keys();
      if (input.flags.json) input.terminal.out(JSON.stringify({ keys: all }));
      else for (const key of all) input.terminal.out(lineOf(key));
      return 0;
    }),
};

export const keysMake: Command = {
  name: 'keys make',
  summary: 'makes a key for a purpose and has it sign from now on; the one before it is retired and still verifies',
  help: `
Usage: divoc keys make [ADOPTER] --purpose PURPOSE [--algorithm Ed25519|ES256] [--json]

Rotates where there is a key already: what that one has signed goes on verifying, since its public half stays published.
${NO_RESTART}

  --purpose PURPOSE  ${Object.keys(NEEDS).join(', ')}, or another one
  --algorithm NAME   for a purpose that is not among these (default Ed25519)

A key for trust signs the trust file, together with those before it until they are revoked: give its id, as it is printed, to
verifiers who pin it, and revoke the old one when they have it.
A key for hcert or vds-nc gets a certificate of a document signer, where the signer's setting 'authority' says whose;
otherwise it needs one from an authority elsewhere: divoc keys request, then divoc keys certify.`,
  options: { purpose: { type: 'string' }, algorithm: { type: 'string' } },
  run: (input) =>
    withKeys(input, async ({ keyStore: store }) => {
      const needs = needsOf(input);
      return tell(input, await store.make(needs));
    }),
};

export const keysRequest: Command = {
  name: 'keys request',
  summary: 'prints a request for a certificate of a key, for an authority elsewhere',
  help: `
Usage: divoc keys request [ADOPTER] --key ID [--json]

Prints PKCS #10 in PEM; with --json, { "request" }. The subject is that of the signer's setting 'authority'.

  --key ID  as divoc keys list shows it`,
  options: { key: { type: 'string' } },
  run: (input) =>
    withKeys(input, async ({ signer: keys, keyStore: store }) => {
      const request = await store.certificateRequest((await keyOf(input, keys)).id);
      input.terminal.out(input.flags.json ? JSON.stringify({ request }) : request.trim());
      return 0;
    }),
};

export const keysCertify: Command = {
  name: 'keys certify',
  summary: 'gives a key the certificate that an authority has made for it',
  help: `
Usage: divoc keys certify [ADOPTER] --key ID --chain FILE [--json]

  --key ID      as divoc keys list shows it
  --chain FILE  PEM: the key's own certificate first, those that signed it behind it`,
  options: { key: { type: 'string' }, chain: { type: 'string' } },
  run: (input) =>
    withKeys(input, async ({ signer: keys, keyStore: store }) => {
      const file = input.flags.chain;
      if (typeof file !== 'string') throw new UsageError('--chain needs a file.');
      const chain = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
        throw new UsageError(`${file} cannot be read: ${error.code}`);
      });
      return tell(input, await store.certify((await keyOf(input, keys)).id, chain));
    }),
};

export interface KeyPorts {
  readonly signer: Signer;
  readonly keyStore: KeyStore;
}

/** Boots what holds the keys and nothing else. */
const withKeys = (input: CommandInput, work: (ports: KeyPorts) => Promise<number>): Promise<number> =>
  withKeyStore(input, (plan) => withKeyPorts(input, plan, work));

export async function withKeyPorts({ env }: CommandInput, plan: Plan, work: (ports: KeyPorts) => Promise<number>): Promise<number> {
  const house = await boot(plan, { home: homeOf(env), log: logging(env), only: [signer.id, keyStore.id] });
  try {
    return await work(keyPortsOf(house, plan));
  } finally {
    await house.stop();
  }
}

export const keyPortsOf = (house: House, plan: Plan): KeyPorts => ({
  signer: signerOf(house, plan),
  keyStore: house.port<KeyStore>(keyStore.id),
});

/** All parts that hold keys as one, each key as active as the certificates service takes it. */
export function signerOf(house: House, { parts }: Plan): Signer {
  const signers = providersOf(parts, signer.id).map(({ name }) => [name, house.port<Signer>(signer.id, name)] as const);
  const settings = parts.find(({ name }) => name === 'certificates')?.config as Partial<CertificatesConfig> | undefined;
  return chosenSigner(Object.fromEntries(signers), settings?.signers);
}

/** For what needs keys that are made here. What is wrong with them is told at their place in the manifest. */
export function withKeyStore(input: CommandInput, work: (plan: Plan) => Promise<number>): Promise<number> {
  return reportingProblems(input, async () => {
    const plan = await planAdopter(adopterOf(input), input.env);
    const [provider] = providersOf(plan.parts, keyStore.id);
    if (!provider) {
      const message = 'the keys of this adopter are not made here; its signer has tools of its own';
      throw new ManifestError([{ file: plan.file, line: 1, column: 1, code: 'KEY_STORE_MISSING', message }]);
    }
    try {
      return await work(plan);
    } catch (cause) {
      const { code, message } = cause as Error & { code?: unknown };
      if (typeof code !== 'string' || !/^(SIGNER|HASH_KEY)_/.test(code)) throw cause;
      throw new ManifestError([{ ...provider.position, code, message }], { cause });
    }
  });
}

function needsOf({ flags }: CommandInput): SealingNeeds {
  const { purpose, algorithm } = flags;
  if (typeof purpose !== 'string' || !/^[a-z][a-z0-9-]{0,31}$/.test(purpose))
    throw new UsageError(`--purpose must be one of ${Object.keys(NEEDS).join(', ')}, or a name like them.`);
  if (algorithm !== undefined && algorithm !== 'Ed25519' && algorithm !== 'ES256')
    throw new UsageError('--algorithm must be Ed25519 or ES256.');
  const known = NEEDS[purpose];
  if (known && algorithm !== undefined && algorithm !== known.algorithm)
    throw new UsageError(`Keys for ${purpose} are ${known.algorithm}.`);
  return known ?? { purpose, algorithm: algorithm ?? 'Ed25519' };
}

export async function keyOf({ flags }: CommandInput, keys: Signer): Promise<SignerKey> {
  const found = (await keys.keys()).find(({ id }) => id === flags.key);
  if (found) return found;
  throw new UsageError('--key must be the id of a key, as divoc keys list shows it.');
}

function tell({ flags, terminal }: CommandInput, key: SignerKey): number {
  terminal.out(flags.json ? JSON.stringify({ key }) : lineOf(key));
  return 0;
}

export function lineOf({ id, purpose, algorithm, active, revoked, expires, certificates }: SignerKey): string {
  const state = revoked !== undefined ? `revoked ${revoked}` : active ? 'active' : expires !== undefined ? `expires ${expires}` : 'retired';
  return `${id}  ${purpose}  ${algorithm}  ${state}${certificates ? '  certified' : ''}`;
}
