import { RECORD_FORMATS } from '@divoc/core/api';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ItemReply } from '../src/certify.js';
import { Desk, good, withValue } from './desk.js';

/** So that no two runs of a property mean one person. */
let codes = 0;
let desk: Desk;
beforeEach(() => {
  desk = new Desk();
});

/** Items that are nearly good: each with some members exchanged for any JSON. */
const spoilt = fc
  .array(
    fc.tuple(
      fc.constantFrom(
        '/recipient',
        '/recipient/name',
        '/recipient/dob',
        '/recipient/contact',
        '/vaccination/date',
        '/vaccination/dose',
        '/facility/address',
        '/meta',
        '/programId',
        '/preEnrollmentCode',
        '/new',
        '/recipient/new',
      ),
      fc.oneof(fc.jsonValue(), fc.constantFrom('', null, undefined, '2021-02-30', 0, -1, 1e300)),
    ),
    { maxLength: 4 },
  )
  // Members first, so that none is sought in what has replaced its parent.
  .map((changes) =>
    changes.sort(([a], [b]) => b.length - a.length).reduce((item, [pointer, value]) => withValue(item, pointer, value), good()),
  );

describe('whatever JSON comes', () => {
  it('each item has its answer, and the house meets no fault', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(fc.jsonValue(), spoilt), { minLength: 1, maxLength: 6 }), fc.boolean(), async (items, strict) => {
        const { status, body } = await desk.post(items, { strict, fields: { '/meta/0': 'note' } });
        const replies = body as ItemReply[];
        expect(replies.map(({ index }) => index)).toEqual(items.map((_, index) => index));
        expect(status).toBe(replies.some(({ outcome }) => outcome !== 'refused') ? 200 : 400);
        for (const { outcome, problem } of replies) {
          expect(problem === undefined).toBe(outcome !== 'refused');
          expect(problem?.code).not.toBe('INTERNAL');
        }
      }),
    );
    expect(desk.logged).toEqual([]);
  });

  it('nothing that was sent stands in the answer', async () => {
    const mark = 'Zebulon-Quux-7731';
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(
          '/recipient',
          '/recipient/dob',
          '/recipient/name',
          '/vaccination/dose',
          '/vaccination/date',
          '/facility',
          '/comorbidities',
          '/meta',
          '/new',
        ),
        fc.constantFrom<unknown>(mark, [mark], { a: mark }, { a: [{ b: mark }] }),
        async (pointer, value) => {
          expect(JSON.stringify(await desk.certify([withValue(good(), pointer, value)]))).not.toContain(mark);
        },
      ),
    );
  });

  it('an instant that is accepted fits the record', async () => {
    const stamp = fc.tuple(
      fc.date({ noInvalidDate: true, min: new Date('0001-01-01'), max: new Date('9999-01-01') }),
      fc.constantFrom('', 'Z', '+05:30', 'z', ' ', '+1'),
    );
    await fc.assert(
      fc.asyncProperty(stamp, async ([date, zone]) => {
        desk.vaccinations.asked.length = 0;
        codes += 1;
        const reply = await desk.one(withValue(good(`I-${codes}`), '/vaccination/date', `${date.toISOString().slice(0, 19)}${zone}`));
        expect(reply.outcome).toBe(['', 'Z', '+05:30'].includes(zone) ? 'issued' : 'refused');
        const instant = desk.vaccinations.asked[0]?.input.record.occurrenceDateTime;
        if (instant !== undefined) expect(RECORD_FORMATS['date-time'](instant as string)).toBe(true);
      }),
    );
  });
});
