import { sign } from 'node:crypto';
import { issue, verify } from './digitalbazaar.mjs';
import { rates, row } from './measure.mjs';
import { privateKey, prove, seal } from './sealing.mjs';

/** Ours lints before signing and verifies what was signed, so its fair peer is the library issuing and verifying. */
export async function run() {
  const bytes = Buffer.alloc(64, 1);
  const { proved, ours, issued, issuedAndVerified, ed25519 } = await rates({
    proved: prove,
    ours: seal,
    issuedAndVerified: async () => verify(await issue()),
    issued: issue,
    ed25519: () => sign(null, bytes, privateKey),
  });
  return [
    row('seal, proof alone', 'credentials/s', proved, '@digitalbazaar/vc issue alone', issued),
    row('seal, proof alone', 'credentials/s', proved, 'raw Ed25519 signature', ed25519),
    row('seal', 'credentials/s', ours, '@digitalbazaar/vc issue + verify', issuedAndVerified),
    row('seal', 'credentials/s', ours, '@digitalbazaar/vc issue alone', issued),
    row('seal', 'credentials/s', ours, 'raw Ed25519 signature', ed25519),
  ];
}
