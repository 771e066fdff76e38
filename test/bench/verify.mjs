import { issue, verify } from './digitalbazaar.mjs';
import { rates, row } from './measure.mjs';
import { format, seal, trust } from './sealing.mjs';

export async function run() {
  const [ours, theirs] = [await seal(), await issue()];
  const at = new Date('2026-11-25T07:00:00Z');
  const measured = await rates({
    ours: async () => {
      const { status } = await format.open(ours, trust, at);
      if (status !== 'VERIFIED') throw new Error(status);
    },
    theirs: () => verify(theirs),
  });
  return [row('verify', 'credentials/s', measured.ours, '@digitalbazaar/vc verifyCredential', measured.theirs)];
}
