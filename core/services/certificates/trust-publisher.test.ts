import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { listeningLog } from '../../testkit/listening-log.js';
import type { TrustBundle } from './trust-bundle-file.js';
import { TrustPublisher } from './trust-publisher.js';

/** A publisher of a number, whose making waits until it is let go; what it was when it was read is published. */
function publisher() {
  const home = mkdtempSync(join(tmpdir(), 'publisher-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const state = { decided: 0, made: 0, release: () => {}, fails: false };
  const make = async (): Promise<TrustBundle> => {
    state.made += 1;
    const issued = String(state.decided);
    await new Promise<void>((go) => {
      state.release = go;
    });
    if (state.fails) throw new Error('the disk is full');
    return { divocTrust: 1, issued, didDocuments: [], contexts: {}, revocations: [], statusLists: {} };
  };
  const { log } = listeningLog();
  const written = () => JSON.parse(readFileSync(join(home, 'trust', 'main.json'), 'utf8')).issued;
  return { state, written, publisher: new TrustPublisher({ home, tenant: 'main', log, make }) };
}
const turnOf = (state: { readonly made: number }, nth: number) => expect.poll(() => state.made).toBe(nth);

it('tells many changes together, and whoever waits for theirs finds it in the file', async () => {
  const { state, written, publisher: trust } = publisher();
  state.decided = 1;
  const first = trust.renew();
  await turnOf(state, 1);
  const waiting = [2, 3, 4].map((decided) => {
    state.decided = decided;
    return trust.renew().then(written);
  });
  state.release();
  await first;
  expect(written()).toBe('1');
  await turnOf(state, 2);
  // One that comes while the second is being made is not in it, and waits for a third.
  state.decided = 5;
  const late = trust.renew().then(written);
  state.release();
  expect(await Promise.all(waiting)).toEqual(['4', '4', '4']);
  await turnOf(state, 3);
  state.release();
  expect([await late, state.made, (await trust.current()).issued]).toEqual(['5', 3, '5']);
});

it('goes on after one that failed, which all who waited for it are told of', async () => {
  const { state, written, publisher: trust } = publisher();
  state.fails = true;
  const both = [trust.renew(), trust.renew()];
  await turnOf(state, 1);
  state.release();
  for (const one of both) await expect(one).rejects.toThrow('the disk is full');
  state.fails = false;
  state.decided = 2;
  const next = trust.renew();
  await turnOf(state, 2);
  state.release();
  await next;
  expect([written(), state.made]).toEqual(['2', 2]);
});
