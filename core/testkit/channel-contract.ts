import assert from 'node:assert/strict';
import { ChildProcess } from 'node:child_process';
import { Socket } from 'node:net';
import type { Channel, Delivery, DeliveryResult, Recipient } from '../api/ports/channel.js';
import type { Contract, Promised } from './contract.js';

/** A channel, its certificates and its carrier, as its own test sets them up. */
export interface ChannelSubject {
  readonly channel: Channel;
  /** Somebody whom the channel can reach, with every field filled in. */
  readonly recipient: Required<Recipient>;
  /** An id that the channel's certificates know. */
  readonly certificateId: string;
  /** How many messages, sheets or links there are for people to have: what a second delivery must not add to. */
  effects(): Promise<number> | number;
  /** All that the channel has logged, as text. */
  logged(): string;
  /** The channel as it is after its process was killed: made anew over what it has kept. */
  restarted(): Promise<Channel>;
  /** Makes the carrier fail, and gives the way to mend it. For channels that have nothing that can fail it is left out. */
  trouble?(): Promise<() => Promise<void> | void>;
}

type Accepted = Extract<DeliveryResult, { state: 'accepted' | 'delivered' }>;
type Failed = Extract<DeliveryResult, { state: 'failed' }>;

let last = 0;
function newDelivery({ certificateId, recipient }: ChannelSubject): Delivery {
  last += 1;
  return { certificateId, key: `contract:${last}`, recipient, actor: 'contract' };
}

const isAccepted = (result: DeliveryResult): result is Accepted => result.state === 'accepted' || result.state === 'delivered';
async function accepted(channel: Channel, delivery: Delivery): Promise<Accepted> {
  const result = await channel.deliver(delivery);
  assert(isAccepted(result), `a delivery that nothing stands against was not accepted: ${JSON.stringify(result)}`);
  return result;
}

async function failed(channel: Channel, delivery: Delivery): Promise<Failed> {
  const result = await channel
    .deliver(delivery)
    .catch((error: unknown) => assert.fail(`trouble of the carrier was thrown: ${String(error)}`));
  assert.equal(result.state, 'failed', 'a broken carrier did not fail');
  return result as Failed;
}

const promise = (name: string, holds: (subject: ChannelSubject) => Promise<void>): Promised<ChannelSubject> => ({ name, holds });

/** What every channel keeps. */
export const channelContract: Contract<ChannelSubject> = {
  port: 'channel/0',
  promises: [
    promise('two keys are two deliveries', async (subject) => {
      const before = await subject.effects();
      await accepted(subject.channel, newDelivery(subject));
      await accepted(subject.channel, newDelivery(subject));
      assert.equal((await subject.effects()) - before, 2);
    }),
    promise("a second delivery with one key gives the first one's result", async (subject) => {
      const delivery = newDelivery(subject);
      const first = await accepted(subject.channel, delivery);
      assert.deepEqual(await accepted(subject.channel, delivery), first);
    }),
    promise('a second delivery with one key has no second effect', async (subject) => {
      const delivery = newDelivery(subject);
      await accepted(subject.channel, delivery);
      const before = await subject.effects();
      await accepted(subject.channel, delivery);
      assert.equal(await subject.effects(), before);
    }),
    promise('deliveries with one key at the same time have one effect', async (subject) => {
      const before = await subject.effects();
      const delivery = newDelivery(subject);
      const results = await Promise.all(Array.from({ length: 8 }, () => subject.channel.deliver(delivery)));
      // Who comes second may be told to come again, but not that it is hopeless.
      assert(results.some(isAccepted), 'none of them was accepted');
      assert(results.every((result) => isAccepted(result) || result.retry !== 'never'));
      assert.equal((await subject.effects()) - before, 1);
    }),
    promise('what was accepted before a restart is not sent after it', async (subject) => {
      const delivery = newDelivery(subject);
      await accepted(subject.channel, delivery);
      const before = await subject.effects();
      await accepted(await subject.restarted(), delivery);
      assert.equal(await subject.effects(), before);
    }),
    promise('trouble of the carrier is a result and not thrown, and is over when it is mended', async (subject) => {
      if (!subject.trouble) return;
      const delivery = newDelivery(subject);
      const before = await subject.effects();
      const mend = await subject.trouble();
      const { retry } = await failed(subject.channel, delivery);
      assert(['soon', 'later'].includes(retry), `a broken carrier is no reason to give up, but it says ${retry}`);
      await mend();
      await accepted(subject.channel, delivery);
      assert.equal((await subject.effects()) - before, 1);
    }),
    promise('a failure is named by a code', async (subject) => {
      if (!subject.trouble) return;
      const mend = await subject.trouble();
      const result = await subject.channel.deliver(newDelivery(subject)).catch(() => undefined);
      await mend();
      if (result?.state === 'failed') assert.match(result.code, /^[A-Z][A-Z0-9_]{1,63}$/);
    }),
    promise('no personal value is in a result or in the log', async (subject) => {
      const results: unknown[] = [await subject.channel.deliver(newDelivery(subject))];
      if (subject.trouble) {
        const mend = await subject.trouble();
        results.push(await subject.channel.deliver(newDelivery(subject)).catch((error: unknown) => String(error)));
        await mend();
      }
      const { email, phone } = subject.recipient;
      for (const text of [JSON.stringify(results), subject.logged()])
        for (const value of [email, email.split('@')[0] ?? email, phone, encodeURIComponent(email), encodeURIComponent(phone)])
          assert(!text.includes(value), 'a personal value was repeated');
    }),
    promise('it works with what it says it needs, and looks at nothing else of the recipient but the language', async (subject) => {
      const { needs } = subject.channel;
      const known = Object.fromEntries(needs.map((name) => [name, subject.recipient[name]]));
      const others = new Set<string>();
      const recipient = new Proxy<Recipient>(known, {
        get(target, name) {
          if (typeof name === 'string' && name !== 'language' && !(needs as readonly string[]).includes(name)) others.add(name);
          return Reflect.get(target, name);
        },
      });
      await accepted(subject.channel, { ...newDelivery(subject), recipient });
      assert.deepEqual([...others], []);
    }),
    promise('an instant channel answers within a second', async (subject) => {
      if (!subject.channel.instant) return;
      const began = performance.now();
      await subject.channel.deliver(newDelivery(subject));
      assert(performance.now() - began < 1000);
    }),
    promise('an instant channel reaches nothing outside the house', async (subject) => {
      if (!subject.channel.instant) return;
      const reached = await outside(() => subject.channel.deliver(newDelivery(subject)));
      assert.deepEqual(reached, []);
    }),
  ],
};

/** What `work` connects to or starts. */
async function outside(work: () => Promise<unknown>): Promise<string[]> {
  const reached: string[] = [];
  const { connect } = Socket.prototype;
  const { spawn } = ChildProcess.prototype as unknown as { spawn: (...args: unknown[]) => unknown };
  Socket.prototype.connect = function (this: Socket, ...args: unknown[]) {
    reached.push('a socket was connected');
    return (connect as (...args: unknown[]) => Socket).apply(this, args);
  } as typeof connect;
  Object.assign(ChildProcess.prototype, {
    spawn(this: ChildProcess, ...args: unknown[]) {
      reached.push('a process was started');
      return spawn.apply(this, args);
    },
  });
  try {
    await work();
  } finally {
    Socket.prototype.connect = connect;
    Object.assign(ChildProcess.prototype, { spawn });
  }
  return reached;
}
