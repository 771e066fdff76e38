import { issue, verify } from './digitalbazaar.mjs';
import { cycle, rates, row } from './measure.mjs';
import { format, seal, trust } from './sealing.mjs';

const POOL = 64;

/** Credentials of many people, each opened by its own side's verifier. */
export async function run() {
  const pool = async (make) => cycle(await Promise.all(Array.from({ length: POOL }, make)));
  const [ours, theirs] = [await pool(seal), await pool(issue)];
  const at = new Date('2026-11-25T07:00:00Z');
  const measured = await rates({
    ours: async () => {
      const { status } = await format.open(ours(), trust, at);
      if (status !== 'VERIFIED') throw new Error(status);
    },
    theirs: () => verify(theirs()),
  });
  return [row('verify', 'credentials/s', measured.ours, '@digitalbazaar/vc verifyCredential', measured.theirs)];
}
