import { performance } from 'node:perf_hooks';
import { type Reissue, reissue } from '../../internal/reissue.js';
import { keyStore, type SignerKey } from '../../internal/signer.js';
import type { Plan } from '../../kernel/plan.js';
import type { Command, CommandInput } from '../command.js';
import { failuresOf, perSecond, type ReissueTotals, reissueAll, totalsInWords } from '../reissue-all.js';
import { withReissue } from './certificates-reissue.js';
import { type KeyPorts, keyOf, keyPortsOf, lineOf, NO_RESTART, withKeyPorts, withKeyStore } from './keys.js';

/** Milliseconds of each step. */
type Steps = Record<'successor' | 'revocation', number> & Partial<Record<'trust' | 'reissue', number>>;

interface Ended {
  readonly revoked: SignerKey;
  readonly successor?: SignerKey;
  readonly steps: Steps;
}

export const keysRevoke: Command = {
  name: 'keys revoke',
  summary: 'ends a key that may be known to others, after making its successor, and says how long that took',
  help: `
Usage: divoc keys revoke [ADOPTER] --key ID [--reissue] [--json]

What the key has signed no longer verifies wherever the new trust file has come. If the key is the active one, its successor
is made first, so that issuing goes on. ${NO_RESTART}
Certificates that it had signed are to be signed anew, with --reissue or later with divoc certificates reissue; the trust
file of a running divoc serve is renewed within a minute.

  --key ID   as divoc keys list shows it
  --reissue  all that a compromise asks for, one step after another, each with its duration: the successor, the revocation,
             the new trust file and status lists, and every certificate signed anew; may be run again

--json prints { "revoked", "successor"?, "milliseconds", "steps": { STEP: MILLISECONDS }, "reissue"? }; "reissue" is what
divoc certificates reissue prints. Exits 0 when it is done, 1 when some certificates could not be signed anew.`,
  options: { key: { type: 'string' }, reissue: { type: 'boolean' } },
  run: (input) =>
    withKeyStore(input, (plan) =>
      input.flags.reissue ? drill(input, plan) : withKeyPorts(input, plan, async (ports) => tell(input, await end(input, ports))),
    ),
};

/** Everything is started before the first step, so that nothing lies between the steps but themselves. */
function drill(input: CommandInput, plan: Plan): Promise<number> {
  return withReissue(plan, input.env, [keyStore.id], async (house) => {
    const ended = await end(input, keyPortsOf(house, plan));
    const certificates = house.port<Reissue>(reissue.id);
    // The new trust before the new seals: those who are given one of these shall find its key.
    const trust = await timed(() => certificates.publish());
    const totals = await reissueAll(certificates, { key: ended.revoked.id }, input.terminal.err);
    const steps = { ...ended.steps, trust: trust.milliseconds, reissue: totals.milliseconds };
    return tell(input, { ...ended, steps }, totals);
  });
}

/** The successor of an active key, then its end. A key that was revoked before stays so. */
async function end(input: CommandInput, { signer: keys, keyStore: store }: KeyPorts): Promise<Ended> {
  const key = await keyOf(input, keys);
  const { purpose, algorithm, certificates } = key;
  const needs = { purpose, algorithm, certificate: certificates !== undefined };
  const made = await timed(async () => (key.active ? store.make(needs) : undefined));
  const over = await timed(() => store.revoke(key.id));
  const steps = { successor: made.milliseconds, revocation: over.milliseconds };
  return { revoked: over.result, ...(made.result && { successor: made.result }), steps };
}

async function timed<T>(work: () => Promise<T>): Promise<{ readonly result: T; readonly milliseconds: number }> {
  const begun = performance.now();
  const result = await work();
  return { result, milliseconds: Math.round(performance.now() - begun) };
}

function tell({ flags, terminal }: CommandInput, { revoked, successor, steps }: Ended, totals?: ReissueTotals): number {
  const milliseconds = Object.values(steps).reduce((sum, step) => sum + step, 0);
  const again = totals && { ...totals, perSecond: perSecond(totals.reissued, totals.milliseconds) };
  if (flags.json)
    terminal.out(JSON.stringify({ revoked, ...(successor && { successor }), milliseconds, steps, ...(again && { reissue: again }) }));
  else {
    if (successor) terminal.out(lineOf(successor));
    terminal.out(lineOf(revoked));
    if (totals) terminal.out(totalsInWords(totals, false));
    if (totals) for (const [step, took] of Object.entries(steps)) terminal.out(`${step.padEnd(10)}  ${String(took).padStart(8)} ms`);
    terminal.out(`done in ${milliseconds} ms`);
  }
  return totals && failuresOf(totals) > 0 ? 1 : 0;
}
