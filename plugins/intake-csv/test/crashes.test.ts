import { Refusal } from '@divoc/core/api';
import { describe, expect, it } from 'vitest';
import { facilities, type Intake, openIntake } from './intake.fixture.js';

const ROWS = 250;
const file = facilities(ROWS);
const counts = (changes: object) => ({ created: 0, unchanged: 0, changed: 0, refused: 0, ...changes });

/** Every row once, one version each, and the report knows it; nothing of the file is left. */
async function expectWhole(intake: Intake, id: string): Promise<void> {
  expect(intake.registry.kept.size).toBe(ROWS);
  expect([...intake.registry.kept.values()].filter(({ versions }) => versions.length !== 1)).toEqual([]);
  expect((await intake.call('look', { params: { id } })).body).toMatchObject({ state: 'done', counts: counts({ created: ROWS }) });
  const { items } = (await intake.call('rows', { params: { id }, query: { limit: '1000' } })).body as {
    items: { row: number; outcome: string }[];
  };
  expect(items.map(({ row }) => row)).toEqual(Array.from({ length: ROWS }, (_, i) => i + 2));
  expect(items.every(({ outcome }) => outcome === 'created')).toBe(true);
  expect([...intake.state.entries.keys()].filter((key) => key.startsWith('piece/'))).toEqual([]);
}

describe('a process that dies', () => {
  // Four writes before the first row, then two for each of the three pages, then the end.
  it.each(Array.from({ length: 11 }, (_, i) => i + 1))('before write %i: the same file again goes on where it was', async (write) => {
    const first = await openIntake();
    first.state.crashBefore = write;
    await first.upload(file, { type: 'facility' }).catch(() => undefined);
    first.state.crashBefore = undefined;
    const next = await openIntake(first);
    const { body } = await next.upload(file, { type: 'facility' });
    next.clock.pass(10);
    await next.runJobs();
    await expectWhole(next, body.id);
  });

  it('in the middle of a page answers its rows as they were', async () => {
    const first = await openIntake();
    let puts = 0;
    first.registry.before = () => {
      puts += 1;
      if (puts === 170) throw new Error('killed');
    };
    const { body, status } = await first.upload(file, { type: 'facility' });
    expect(status).toBe(202);
    first.registry.before = () => undefined;
    const next = await openIntake(first);
    next.clock.pass(10);
    await next.runJobs();
    await expectWhole(next, body.id);
  });

  it('before the file was kept leaves nothing behind', async () => {
    const first = await openIntake();
    first.state.crashBefore = 3;
    await expect(first.upload(file, { type: 'facility' })).rejects.toThrow('killed');
    first.state.crashBefore = undefined;
    const next = await openIntake(first);
    await next.runJobs();
    expect([...next.state.entries.keys()].filter((key) => !key.startsWith('history/'))).toEqual([]);
    const reply = await next.upload(file, { type: 'facility' });
    await expectWhole(next, reply.body.id);
  });
});

describe('a service that is slow', () => {
  it('is given time, a few rows a turn, and each row comes to it once', async () => {
    const intake = await openIntake();
    const put = intake.registry.put.bind(intake.registry);
    let puts = 0;
    intake.registry.put = async (...args) => {
      puts += 1;
      if (puts <= 20) await new Promise((done) => setTimeout(done, 300));
      return put(...args);
    };
    const { body, status } = await intake.upload(file, { type: 'facility' });
    expect([status, puts < 20]).toEqual([202, true]);
    intake.clock.pass(10);
    await intake.runJobs();
    expect(puts).toBe(ROWS);
    await expectWhole(intake, body.id);
  });
});

it('a second run that is slow tries what was refused, and nothing else', async () => {
  const intake = await openIntake();
  const refused = new Set(['F3', 'F50', 'F90', 'F240']);
  intake.registry.before = (_type, { code }) => {
    if (refused.has(String(code))) throw new Refusal(422, 'NOT_NOW', 'Not now.');
  };
  await intake.upload(file, { type: 'facility' });
  const put = intake.registry.put.bind(intake.registry);
  const codes: unknown[] = [];
  intake.registry.before = () => undefined;
  intake.registry.put = async (type, record, ...rest) => {
    codes.push(record.code);
    await new Promise((done) => setTimeout(done, 2100));
    return put(type, record, ...rest);
  };
  const { body } = await intake.upload(file, { type: 'facility' });
  intake.clock.pass(10);
  await intake.runJobs();
  expect(codes).toEqual([...refused]);
  await expectWhole(intake, body.id);
});

describe('two at once', () => {
  it('that bring the same file take each row once', async () => {
    const a = await openIntake();
    const b = await openIntake(a);
    const [one] = await Promise.all([a.upload(file, { type: 'facility' }), b.upload(file, { type: 'facility' })]);
    a.clock.pass(10);
    await Promise.all([a.runJobs(), b.runJobs()]);
    expect(a.registry.kept.size).toBe(ROWS);
    expect([...a.registry.kept.values()].filter(({ versions }) => versions.length !== 1)).toEqual([]);
    expect((await a.call('look', { params: { id: one.body.id } })).body).toMatchObject({
      state: 'done',
      counts: counts({ created: ROWS }),
    });
  });
});

describe('a row that fails', () => {
  it('by no fault of its own does not keep the others waiting for ever, and is tried again later', async () => {
    const intake = await openIntake();
    intake.registry.before = (_type, { code }) => {
      if (code === 'F120') throw new Error('a bug of ours');
    };
    const { body } = await intake.upload(file, { type: 'facility' });
    intake.clock.pass(10);
    const job = intake.jobs[0]!;
    const failures = [];
    for (let i = 0; i < 5; i += 1)
      failures.push(
        await Promise.resolve(intake.handle(job)).then(
          () => 'done',
          (error: Error) => error.message,
        ),
      );
    expect(failures).toEqual(['a bug of ours', 'a bug of ours', 'done', 'done', 'done']);
    expect((await intake.call('look', { params: { id: body.id } })).body).toMatchObject({
      state: 'done',
      counts: counts({ created: ROWS - 1, refused: 1 }),
    });
    intake.registry.before = () => undefined;
    const again = await intake.upload(file, { type: 'facility' });
    await expectWhole(intake, again.body.id);
  });

  it('since somebody cannot be reached is waited for, however long it takes', async () => {
    const intake = await openIntake();
    intake.registry.before = (_type, { code }) => {
      if (code === 'F120') throw new Refusal(503, 'DOWN', 'Down.');
    };
    const { body } = await intake.upload(file, { type: 'facility' });
    intake.clock.pass(10);
    for (let i = 0; i < 20; i += 1) expect(await intake.handle(intake.jobs[0]!)).toEqual({ againInSeconds: 30 });
    intake.registry.before = () => undefined;
    await intake.runJobs();
    await expectWhole(intake, body.id);
  });
});
