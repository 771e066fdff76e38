import type { Signer, SignerKey } from './signer.js';
import { SignerError } from './signer-error.js';

/** Which part signs, by purpose; `default` for all others. Nothing needs to be said where there is one. */
export type SignerChoice = Readonly<Record<string, string>>;

/**
 * Several signers as one: keys in hardware beside keys in files. Each purpose has one of them that signs; what the others have
 * under that purpose is retired: it is published and verifies, as after a move from one to the other.
 *
 * Throws a SignerError where nothing says which of several signs.
 */
export function chosenSigner(signers: Readonly<Record<string, Signer>>, choice: SignerChoice = {}): Signer {
  const names = Object.keys(signers);
  const [only] = names;
  if (only !== undefined && names.length === 1) return signers[only] as Signer;
  const nameFor = (purpose: string): string => {
    const name = choice[purpose] ?? choice.default;
    if (name !== undefined && Object.hasOwn(signers, name)) return name;
    const fix = `Set signers of certificates, such as { default: ${only ?? 'keys'} }.`;
    throw new SignerError('SIGNER_UNCLEAR', `of ${names.join(', ')} none is chosen to sign for ${purpose}`, fix);
  };
  const keysOf = async (name: string): Promise<readonly SignerKey[]> => {
    const keys = await (signers[name] as Signer).keys();
    return keys.map((key) => (key.active && nameFor(key.purpose) !== name ? { ...key, active: false } : key));
  };
  // Where a key is, it stays: asking a device for all that it has takes longer than a signature.
  const holders = new Map<string, string>();
  const holderOf = async (id: string): Promise<string> => {
    const known = holders.get(id);
    if (known !== undefined) return known;
    for (const name of names) {
      if (!(await keysOf(name)).some((key) => key.id === id)) continue;
      holders.set(id, name);
      return name;
    }
    throw new SignerError('SIGNER_KEY_UNKNOWN', `no signer has the key ${id}`, 'Name the part that holds it in the manifest.');
  };
  return {
    keys: async () => (await Promise.all(names.map(keysOf))).flat(),
    active: async (needs) => (signers[nameFor(needs.purpose)] as Signer).active(needs),
    sign: async (id, data) => (signers[await holderOf(id)] as Signer).sign(id, data),
  };
}
