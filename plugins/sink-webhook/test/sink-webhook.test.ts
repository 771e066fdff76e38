import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { EventConsumer } from '@divoc/core/api';
import { eventConsumerContract, handClock, holdTo, listeningLog, sampleEvent, setUpPart } from '@divoc/core/testkit';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it, onTestFinished } from 'vitest';
import plugin from '../plugin.js';
import { addressFaults } from '../src/address.js';
import { pauseAt } from '../src/webhook.js';
import { webhookReceiver } from './receiver.js';

const ID = '33333333-3333-5333-8333-333333333333';
const NOW = '2026-11-23T10:00:00.000Z';

async function sink(more: object = {}) {
  const receiver = await webhookReceiver(randomBytes(32));
  onTestFinished(() => receiver.stop());
  const clock = handClock(NOW);
  const { log, lines } = listeningLog();
  const part = await setUpPart(plugin, { config: { url: receiver.url, secret: receiver.secret, ...more }, clock, log });
  const { consumer } = part.ports as { consumer: EventConsumer };
  return { receiver, clock, lines, part, consumer };
}

describe('sink-webhook', () => {
  holdTo(it, eventConsumerContract, async () => {
    const { consumer, receiver } = await sink();
    return {
      consumer,
      // A receiver that does as Standard Webhooks says knows an event by its id.
      effects: () => [...new Set(receiver.taken.map(({ id }) => id))],
      outage(isOn) {
        receiver.answer = isOn ? 503 : 204;
      },
    };
  });

  it('signs as the library of Standard Webhooks expects it', async () => {
    const key = randomBytes(24);
    const seen: { headers: Record<string, string>; body: string }[] = [];
    const server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      seen.push({ headers: request.headers as Record<string, string>, body: Buffer.concat(chunks).toString() });
      response.end();
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    onTestFinished(() => void server.close());
    const secret = `whsec_${key.toString('base64')}`;
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const part = await setUpPart(plugin, { config: { url, secret }, clock: { now: () => new Date() } });
    await (part.ports as { consumer: EventConsumer }).consumer.consume(sampleEvent(ID, NOW));
    const [{ headers, body } = { headers: {}, body: '' }] = seen;
    expect(new Webhook(secret).verify(body, headers)).toEqual(sampleEvent(ID, NOW));
    expect(() => new Webhook(secret).verify(body.replace('issued', 'revoked'), headers)).toThrow();
    expect(headers['content-type']).toBe('application/cloudevents+json; charset=utf-8');
  });

  it.each([301, 400, 404, 429, 500])('takes %i for "not now", and says so in health until it is taken', async (answer) => {
    const { receiver, consumer, part, lines } = await sink();
    receiver.answer = answer;
    expect(await consumer.consume(sampleEvent(ID, NOW))).toMatchObject({ againInSeconds: expect.any(Number) });
    expect(await part.health?.()).toEqual({ status: 'warn', detail: `the receiver does not take events: ${answer} since ${NOW}` });
    expect(JSON.stringify(lines)).not.toContain('127.0.0.1');
    receiver.answer = 200;
    expect(await consumer.consume(sampleEvent(ID, NOW))).toBeUndefined();
    expect(await part.health?.()).toEqual({ status: 'pass' });
    expect([receiver.asked.length, receiver.forged]).toEqual([2, []]);
  });

  it('parks what is wanted no more, and what was not taken in its time', async () => {
    const { receiver, consumer, clock } = await sink({ giveUpAfterHours: 1 });
    receiver.answer = 410;
    await expect(consumer.consume(sampleEvent(ID, NOW))).rejects.toMatchObject({ code: 'WEBHOOK_GONE' });
    receiver.answer = 500;
    clock.pass(3600);
    expect(await consumer.consume(sampleEvent(ID, NOW))).toBeDefined();
    clock.pass(1);
    await expect(consumer.consume(sampleEvent(ID, NOW))).rejects.toMatchObject({ code: 'WEBHOOK_NOT_TAKEN' });
  });

  it('waits no longer than it may for a receiver that says nothing, and survives one that is not there', async () => {
    const { receiver, consumer, part } = await sink({ answerSeconds: 1 });
    receiver.answer = undefined;
    expect(await consumer.consume(sampleEvent(ID, NOW))).toBeDefined();
    expect(await part.health?.()).toMatchObject({ detail: expect.stringContaining('TIMEOUT') });
    await receiver.stop();
    expect(await consumer.consume(sampleEvent(ID, NOW))).toBeDefined();
  });

  it('takes no address that is in the clear, and none with a password', () => {
    const codes = (url: string) => addressFaults(url).map(({ code }) => code);
    expect(codes('https://hooks.example/x')).toEqual([]);
    expect(codes('http://127.0.0.1:8080/x')).toEqual([]);
    expect(codes('http://hooks.example/x')).toEqual(['WEBHOOK_PLAIN']);
    expect(codes('https://me:SECRET@hooks.example/x')).toEqual(['WEBHOOK_CREDENTIALS']);
    expect(JSON.stringify(addressFaults('https://me:SECRET@hooks.example/x'))).not.toContain('SECRET');
  });

  it('waits longer the older an event is', () => {
    const pauses = [0, 60, 3600, 86_400].map((age) => pauseAt(age, 0));
    expect(pauses).toEqual([2, 15, 900, 1800]);
    expect(pauseAt(60, 1)).toBeCloseTo(18.75);
  });
});
