import assert from 'node:assert/strict';
import { type EventConsumer, wants } from '../api/ports/event-consumer.js';
import type { HouseEvent } from '../api/ports/event-log.js';
import { isRefusal } from '../api/refusal.js';
import type { Contract } from './contract.js';

/** A consumer, and what lies behind it. */
export interface EventConsumerSubject {
  readonly consumer: EventConsumer;
  /** Ids of the events whose effect is to be seen behind it, each as often as a sound receiver would count it. */
  effects(): Promise<readonly string[]> | readonly string[];
  /** Makes what lies behind it unreachable, and reachable again. */
  outage(isOn: boolean): void;
}

/** An event as the house tells it, of a moment ago as the consumer's clock sees it. */
export const sampleEvent = (id: string, time: string, changes: Partial<HouseEvent> = {}): HouseEvent => ({
  specversion: '1.0',
  id,
  source: 'urn:divoc:certificates',
  type: 'divoc.certificate.issued.v1',
  subject: '01a215b7-b0a2-7386-b6bb-2f040a0fcb29',
  time,
  tenant: 'main',
  datacontenttype: 'application/json',
  data: { certificateId: '01a215b7-b0a2-7386-b6bb-2f040a0fcb29', forms: ['credential'] },
  ...changes,
});

const TYPE = /^(\*|divoc(\.[a-z0-9-]+)*(\.\*)?)$/;
const A = '11111111-1111-5111-8111-111111111111';
const B = '22222222-2222-5222-8222-222222222222';
/** That of handClock. */
const NOW = '2026-11-23T10:00:00.000Z';

/** What every provider of `event-consumer/0` keeps. */
export const eventConsumerContract: Contract<EventConsumerSubject> = {
  port: 'event-consumer/0',
  promises: [
    {
      name: 'its types are types of events, or beginnings of them',
      async holds({ consumer }) {
        assert.ok(consumer.types.length > 0);
        for (const type of consumer.types) assert.match(type, TYPE);
        assert.ok(wants(consumer, 'divoc.certificate.issued.v1'), 'the contract tells of certificates');
      },
    },
    {
      name: 'an event has had its effect when it is consumed',
      async holds({ consumer, effects }) {
        for (const id of [A, B]) assert.equal(await consumer.consume(sampleEvent(id, NOW)), undefined);
        assert.deepEqual([...(await effects())].sort(), [A, B]);
      },
    },
    {
      name: 'an event that comes again has no second effect',
      async holds({ consumer, effects }) {
        for (let i = 0; i < 3; i += 1) await consumer.consume(sampleEvent(A, NOW));
        assert.ok((await effects()).length <= 1, 'there is more than one effect');
      },
    },
    {
      name: 'an outage costs no event: it is asked for again, and has its effect then',
      async holds({ consumer, effects, outage }) {
        outage(true);
        const failed = Symbol();
        const end = await consumer.consume(sampleEvent(A, NOW)).catch((error: unknown) => {
          assert.ok(!isRefusal(error), 'an outage parks the event');
          return failed;
        });
        const isAskedAgain = typeof end === 'object' && end.againInSeconds > 0 && end.againInSeconds <= 3600;
        assert.ok(end === failed || isAskedAgain, 'an event that was not taken counts as done');
        assert.deepEqual(await effects(), []);
        outage(false);
        await consumer.consume(sampleEvent(A, NOW));
        assert.deepEqual(await effects(), [A]);
      },
    },
  ],
};
