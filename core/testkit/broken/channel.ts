import { spawn } from 'node:child_process';
import { setTimeout as pause, setImmediate as soon } from 'node:timers/promises';
import type { Channel, Delivery, DeliveryResult } from '../../api/ports/channel.js';
import type { ChannelSubject } from '../channel-contract.js';

/** What a channel is made over: its memory, its carrier, its log. All of it outlives a restart. */
interface World {
  readonly results: Map<string, DeliveryResult>;
  readonly lines: string[];
  sent: number;
  down: boolean;
}

/** One delivery, cut into the steps that can be broken one by one. */
interface Steps {
  readonly instant: boolean;
  earlier(key: string): DeliveryResult | undefined;
  send(delivery: Delivery): Promise<DeliveryResult>;
  keep(key: string, result: DeliveryResult): void;
  /** Joins deliveries that run at the same time. */
  readonly joins: boolean;
  /** May change what is answered. */
  answer(result: DeliveryResult, delivery: Delivery): DeliveryResult;
}

function stepsOver(world: World): Steps {
  return {
    instant: false,
    joins: true,
    earlier: (key) => world.results.get(key),
    async send({ key }) {
      await soon();
      if (world.down) return { state: 'failed', code: 'CARRIER_DOWN', retry: 'soon' };
      world.sent += 1;
      world.lines.push('sent');
      return { state: 'accepted', reference: `r-${key}` };
    },
    keep: (key, result) => void world.results.set(key, result),
    answer: (result) => result,
  };
}

function channelOf(steps: Steps): Channel {
  const running = new Map<string, Promise<DeliveryResult>>();
  const deliverOnce = async (delivery: Delivery): Promise<DeliveryResult> => {
    const earlier = steps.earlier(delivery.key);
    if (earlier) return earlier;
    const result = await steps.send(delivery);
    if (result.state !== 'failed') steps.keep(delivery.key, result);
    return result;
  };
  return {
    needs: ['email'],
    instant: steps.instant,
    async deliver(delivery) {
      const mine = (steps.joins && running.get(delivery.key)) || deliverOnce(delivery).finally(() => running.delete(delivery.key));
      running.set(delivery.key, mine);
      return steps.answer(await mine, delivery);
    },
  };
}

/** A subject whose channel is whole but for what `broken` changes; it is applied anew at a restart. */
function subjectWith(broken: (steps: Steps, world: World) => Partial<Steps>): ChannelSubject {
  const world: World = { results: new Map(), lines: [], sent: 0, down: false };
  const make = () => {
    const steps = stepsOver(world);
    return channelOf({ ...steps, ...broken(steps, world) });
  };
  return {
    channel: make(),
    recipient: { email: 'asha@example.org', phone: '+94771234567', language: 'si' },
    certificateId: 'certificate-1',
    effects: () => world.sent,
    logged: () => world.lines.join('\n'),
    restarted: async () => make(),
    async trouble() {
      world.down = true;
      return () => {
        world.down = false;
      };
    },
  };
}

/** A channel that breaks no promise; `instant` for one of that kind. */
export const soundChannel = (instant = false) => subjectWith(() => ({ instant }));

/** For each promise of the contract a channel that breaks it and no other. */
export const brokenChannels: Readonly<Record<string, () => ChannelSubject>> = {
  'two keys are two deliveries': () =>
    subjectWith((steps) => {
      let wasSent = false;
      return {
        async send(delivery) {
          if (wasSent) return { state: 'accepted', reference: `r-${delivery.key}` };
          const result = await steps.send(delivery);
          wasSent = result.state !== 'failed';
          return result;
        },
      };
    }),
  "a second delivery with one key gives the first one's result": () => {
    let count = 0;
    return subjectWith(() => ({
      answer(result) {
        count += 1;
        return result.state === 'failed' ? result : { ...result, reference: `r-${count}` };
      },
    }));
  },
  'a second delivery with one key has no second effect': () =>
    subjectWith((steps) => {
      const mine = new Set<string>();
      // It trusts its table for what others have sent and not for what it has sent itself.
      return {
        earlier: (key) => (mine.has(key) ? undefined : steps.earlier(key)),
        keep(key, result) {
          mine.add(key);
          steps.keep(key, result);
        },
      };
    }),
  'deliveries with one key at the same time have one effect': () => subjectWith(() => ({ joins: false })),
  'what was accepted before a restart is not sent after it': () =>
    subjectWith(() => {
      const memory = new Map<string, DeliveryResult>();
      return { earlier: (key) => memory.get(key), keep: (key, result) => void memory.set(key, result) };
    }),
  'trouble of the carrier is a result and not thrown, and is over when it is mended': () =>
    subjectWith((steps) => ({
      async send(delivery) {
        const result = await steps.send(delivery);
        if (result.state === 'failed') throw new Error('the carrier is down');
        return result;
      },
    })),
  'a failure is named by a code': () =>
    subjectWith(() => ({
      answer: (result) => (result.state === 'failed' ? { ...result, code: 'the carrier is down' } : result),
    })),
  'no personal value is in a result or in the log': () =>
    subjectWith((steps, world) => ({
      async send(delivery) {
        world.lines.push(`sending to ${delivery.recipient.email}`);
        return steps.send(delivery);
      },
    })),
  'it works with what it says it needs, and looks at nothing else of the recipient but the language': () =>
    subjectWith((steps) => ({
      async send(delivery) {
        if (delivery.recipient.phone === undefined) return { state: 'failed', code: 'PHONE_MISSING', retry: 'never' };
        return steps.send(delivery);
      },
    })),
  'an instant channel answers within a second': () =>
    subjectWith((steps, world) => ({
      instant: true,
      async send(delivery) {
        if (world.sent === 0) await pause(1050);
        return steps.send(delivery);
      },
    })),
  'an instant channel reaches nothing outside the house': () =>
    subjectWith((steps) => ({
      instant: true,
      async send(delivery) {
        spawn(process.execPath, ['--version'], { stdio: 'ignore' });
        return steps.send(delivery);
      },
    })),
};
