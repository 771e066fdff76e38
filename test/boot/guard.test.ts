import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { definePlugin, definePort, one } from '../../core/api/index.js';
import { guiltyOf } from '../../core/cli/process-faults.js';
import { boot, type House } from '../../core/kernel/boot.js';
import { plan } from '../../core/kernel/plan.js';
import { handClock, type LogLine, listeningLog } from '../../core/testkit/index.js';
import { acmeDeployment } from './acme-plugins.js';

interface Mood {
  ok(): Promise<string>;
  now(): string;
  fails(code: string): Promise<never>;
  throws(): never;
  refuses(): Promise<never>;
  hangs(): Promise<never>;
  late(outcome: 'answer' | 'fail'): Promise<unknown>;
  leaks(): Promise<void>;
  during<T>(work: () => Promise<T>): Promise<T>;
  readonly handlers: { open(): Promise<never> };
  readonly table: object;
}

const folder = acmeDeployment();
const clock = handClock();
const houses: House[] = [];
afterEach(async () => {
  for (const house of houses.splice(0)) await house.stop();
});

async function started(plugins: Record<string, string>, builtIns = {}) {
  const file = join(mkdtempSync(join(tmpdir(), 'divoc-adopter-')), 'adopter.yaml');
  const listed = Object.entries(plugins).map(([name, use]) => `  ${name}: { use: '@acme/${use}' }\n`);
  writeFileSync(file, `apiVersion: divoc/v1\nname: acme\nplugins:\n${listed.join('')}`);
  const lines: (LogLine & { part: string })[] = [];
  const log = (part: string) => {
    const own = listeningLog();
    own.lines.push = (...added) => lines.push(...added.map((line) => ({ part, ...line })));
    return own.log;
  };
  const made = await plan(file, { builtIns, folder, env: {} });
  const house = await boot(made, { home: mkdtempSync(join(tmpdir(), 'divoc-home-')), log, clock });
  houses.push(house);
  return { house, lines, parts: made.parts, mood: (part = 'moody') => house.port<Mood>('mood/0', part) };
}

describe('a part that fails', () => {
  it('is named in health, by code and age, while the others are well; its message is logged nowhere', async () => {
    const { house, mood, lines } = await started({ moody: 'moody', calm: 'moody' });
    for (const code of ['SMTP_BUSY', 'SMTP_BUSY', 'SMTP_DOWN']) await expect(mood().fails(code)).rejects.toMatchObject({ code });
    clock.pass(2);
    expect(await house.health()).toEqual({
      moody: { status: 'warn', detail: '3 faults in the last 5 minutes, last: SMTP_DOWN (2 s ago)' },
      calm: { status: 'pass' },
    });
    expect(await mood('calm').ok()).toBe('fine');
    expect(lines).toContainEqual({
      part: 'moody',
      level: 'warn',
      call: 'mood/0.fails',
      code: 'SMTP_DOWN',
      message: 'a fault of this part',
    });
    expect(JSON.stringify(lines)).not.toContain('Asha');
    clock.pass(301);
    expect(await house.health()).toMatchObject({ moody: { status: 'pass' } });
  });

  it('is counted for what it throws at once and in a handler, and not for a refusal', async () => {
    const { house, mood } = await started({ moody: 'moody' });
    await expect(mood().refuses()).rejects.toMatchObject({ code: 'NOT_TODAY' });
    expect(await house.health()).toEqual({ moody: { status: 'pass' } });
    expect(() => mood().throws()).toThrow('at once');
    await expect(mood().handlers.open()).rejects.toThrow(RangeError);
    expect((await house.health()).moody?.detail).toMatch(/^2 faults .* last: RangeError/);
  });

  it('is not blamed for what its caller throws in the middle, nor for what another part has let out before', async () => {
    const { house, mood } = await started({ moody: 'moody', calm: 'moody' });
    const own = new Error('the caller');
    await expect(
      mood('calm').during(async () => {
        throw own;
      }),
    ).rejects.toBe(own);
    expect(await house.health()).toMatchObject({ calm: { status: 'pass' } });
    await expect(mood('calm').during(() => mood('moody').fails('DEEP'))).rejects.toMatchObject({ code: 'DEEP' });
    expect(await house.health()).toMatchObject({ calm: { status: 'pass' }, moody: { status: 'warn' } });
  });

  it('in its own health is unwell, and what it says there is not repeated', async () => {
    const { house } = await started({ sickly: 'sickly', moody: 'moody' });
    const { sickly, moody } = await house.health();
    expect(sickly).toMatchObject({ status: 'fail', detail: expect.stringContaining('NO_PULSE') });
    expect(JSON.stringify(sickly)).not.toContain('Asha');
    expect(moody).toEqual({ status: 'pass' });
  });
});

describe('a part that is late', () => {
  it('is given up after the deadline of its port, counted, and named', async () => {
    const { house, mood, lines } = await started({ moody: 'moody', calm: 'moody' });
    await expect(mood().hangs()).rejects.toMatchObject({ code: 'PART_LATE', message: 'mood/0.hangs took longer than 50 ms' });
    expect(await house.health()).toMatchObject({ moody: { status: 'warn', detail: expect.stringContaining('PART_LATE') } });
    expect(await mood('calm').ok()).toBe('fine');
    expect(lines.filter(({ level }) => level === 'warn')).toMatchObject([{ part: 'moody', code: 'PART_LATE' }]);
  });

  it.each(['answer', 'fail'] as const)('may %s later: that is ignored, logged, and no unhandled rejection', async (outcome) => {
    const { mood, lines } = await started({ moody: 'moody' });
    await expect(mood().late(outcome)).rejects.toMatchObject({ code: 'PART_LATE' });
    await pause(150);
    expect(lines.at(-1)).toMatchObject({ part: 'moody', call: 'mood/0.late', outcome: outcome === 'fail' ? 'CAME_LATE' : 'answered' });
  });

  it('holds up neither the end of the house', async () => {
    const { house, mood } = await started({ moody: 'moody' });
    const hanging = expect(mood().hangs()).rejects.toMatchObject({ code: 'PART_LATE' });
    await house.stop();
    await hanging;
  });
});

describe('the guard', () => {
  it('leaves what is synchronous as it is, private members reachable, and data itself', async () => {
    const { mood } = await started({ moody: 'moody' });
    expect(mood().now()).toBe('its own');
    expect(mood().table).toBe(mood().table);
    expect(structuredClone(mood().table)).toEqual({ deep: { data: true } });
  });

  it('is the same for every user, and a view of its own for each user of a scoped port', async () => {
    const shared = definePort<object>('shared', 0);
    const scoped = definePort<{ whose(): Promise<string> }>('whose', 0, { scoped: true, methods: ['whose'] });
    const seen: Record<string, { shared: object; own: { whose(): Promise<string> } }> = {};
    const giver = definePlugin()({
      id: 'giver',
      summary: 'Gives.',
      provides: { shared, scoped },
      setup: async () => ({
        ports: { shared: { greet: async () => 'hello' }, scoped: ((user: string) => ({ whose: async () => user })) as never },
      }),
    });
    const taker = (id: string) =>
      definePlugin()({
        id,
        summary: 'Takes.',
        uses: { shared: one(shared), own: one(scoped) },
        setup: async (_context, ports) => {
          seen[id] = ports;
          return { ports: {} };
        },
      });
    const always = (descriptor: ReturnType<typeof taker>) => ({ descriptor, always: true });
    const { house } = await started({ moody: 'moody' }, { giver: always(giver), a: always(taker('a')), b: always(taker('b')) });
    expect(seen.a?.shared).toBe(seen.b?.shared);
    expect(house.port('shared/0')).toBe(seen.a?.shared);
    expect([await seen.a?.own.whose(), await seen.b?.own.whose()]).toEqual(['a', 'b']);
  });
});

describe('a part that does not give what it promised is refused at set-up, by name', () => {
  it.each([
    ['mute', "it promises mood/0 as 'mood' and does not give it"],
    ['empty', 'its setup gives no ports'],
    ['worded', "'mood' must be an object to be a mood/0, and is a string"],
    ['partial', "'mood' lacks now, which mood/0 has"],
    ['unscoped', "'own' is a scoped port (own/0), so it must be a function of the user's name"],
    ['startless', "its 'start' is not a function"],
  ])('%s', async (use, said) => {
    await expect(started({ liar: use })).rejects.toThrow(`:4:3  PART_SETUP_FAILED  liar failed in setup: PART_INCOMPLETE: ${said}`);
  });

  it('also when only its users know what the port can do', async () => {
    await expect(started({ liar: 'cunning', ears: 'listener' })).rejects.toThrow(
      "liar failed in setup: PART_INCOMPLETE: 'mood' lacks ok and now",
    );
  });
});

it('an error that nobody waited for is counted for the part whose package stands innermost in its stack', async () => {
  const { house, mood, parts } = await started({ moody: 'moody', calm: 'greeter' });
  const { stack } = await mood()
    .fails('LEAKED')
    .catch((error: Error) => error);
  const leaked = Object.assign(new Error('Asha Perera'), { code: 'LEAKED', stack });
  expect(guiltyOf(parts, leaked)).toEqual(['moody']);
  house.blame('moody', leaked);
  expect((await house.health()).moody?.detail).toContain('2 faults');
  expect(guiltyOf(parts, new Error('of the house'))).toEqual([]);
  expect(guiltyOf(parts, 'only words')).toEqual([]);
});
