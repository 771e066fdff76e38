import { sign } from 'node:crypto';
import { issue, verify } from './digitalbazaar.mjs';
import { rates, row } from './measure.mjs';
import { privateKey, seal } from './sealing.mjs';

/** Ours lints before signing and verifies what was signed, so its fair peer is the library issuing and verifying. */
export async function run() {
  const bytes = Buffer.alloc(64, 1);
  const measured = await rates({
    ours: seal,
    issue,
    issueAndVerify: async () => verify(await issue()),
    ed25519: () => sign(null, bytes, privateKey),
  });
  return [
    row('seal', 'credentials/s', measured.ours, '@digitalbazaar/vc issue + verify', measured.issueAndVerify),
    row('seal', 'credentials/s', measured.ours, '@digitalbazaar/vc issue', measured.issue),
    row('seal', 'credentials/s', measured.ours, 'raw Ed25519 signature', measured.ed25519),
  ];
}
