import { handClock, memoryState } from '@divoc/core/testkit';
import { describe, expect, it } from 'vitest';
import plugin from '../plugin.js';
import { delivery, mailHouse, mailServer } from './mail-house.js';

describe('sending once, as far as SMTP allows', () => {
  it.each([1, 2])('a crash before write %i loses no message', async (write) => {
    const server = await mailServer();
    const [state, clock] = [memoryState(), handClock()];
    const mine = delivery();
    const house = await mailHouse(server.port, {}, { state, clock });
    state.crashBefore = write;
    await expect(house.channel.deliver(mine)).rejects.toThrow('killed');
    // Before the first write nothing was sent; before the second it was, and nobody can know.
    expect(server.mails).toHaveLength(write - 1);

    const after = await mailHouse(server.port, {}, { state, clock });
    if (write === 2) expect(await after.channel.deliver(mine)).toEqual({ state: 'failed', code: 'EMAIL_BEING_SENT', retry: 'soon' });
    clock.pass(60);
    expect(await after.channel.deliver(mine)).toMatchObject({ state: 'accepted' });
    expect(server.mails).toHaveLength(write);
    // At least once: the double is recognisable, counted, logged and shown.
    expect(new Set(server.mails.map(({ messageId }) => messageId)).size).toBe(1);
    const repeated = write === 2;
    expect(after.logged().includes('email.repeated')).toBe(repeated);
    expect(await after.part.health?.()).toEqual({
      status: 'pass',
      ...(repeated && { detail: 'messages that may have been sent twice: 1' }),
    });
    expect(await after.channel.deliver(mine)).toMatchObject({ state: 'accepted' });
    expect(server.mails).toHaveLength(write);
  });

  it('two processes send one message once', async () => {
    const server = await mailServer();
    const state = memoryState();
    const [a, b] = [await mailHouse(server.port, {}, { state }), await mailHouse(server.port, {}, { state })];
    const mine = delivery();
    const results = await Promise.all([a.channel.deliver(mine), b.channel.deliver(mine)]);
    expect(results.map(({ state }) => state).sort()).toEqual(['accepted', 'failed']);
    expect(server.mails).toHaveLength(1);
    expect(await a.channel.deliver(mine)).toEqual(await b.channel.deliver(mine));
  });

  it('keeps no address, and knows a message by a hash of its key', async () => {
    const server = await mailServer();
    const { channel, state } = await mailHouse(server.port);
    await channel.deliver(delivery({ key: 'vaccination:1:email' }));
    expect([...state.entries.keys()]).toEqual([expect.stringMatching(/^mail\/[\w-]{43}$/)]);
    expect(JSON.stringify([...state.entries.values()])).not.toContain('asha');
  });
});

describe('settings', () => {
  const from = { address: 'a@b.example', name: { en: 'x' } };
  const check = async (config: object) =>
    plugin.check?.({
      config: { host: 'mail.example.org', from, texts: {}, language: 'en', ...config } as never,
      instance: 'email',
      profile: 'production',
      adopter: '/nowhere',
      declared: () => ({}),
    });

  it.each([
    [{ security: 'none' }, '/security', 'SMTP_UNENCRYPTED'],
    [{ texts: { en: { body: 'Dear {name}' } } }, '/texts/en/body', 'TEXT_PLACEHOLDER_UNKNOWN'],
    [{ texts: { si: { subject: 'x' } } }, '/texts/si', 'TEXT_MISSING'],
    [{ language: 'si' }, '/language', 'TEXT_MISSING'],
  ])('%j is found before anything starts', async (config, pointer, code) => {
    expect(await check(config)).toMatchObject([{ pointer, code }]);
  });

  it('that are right have no findings', async () => {
    expect(await check({ texts: { si: { subject: 'x', body: '{issuer} {number}' } }, language: 'si' })).toEqual([]);
    expect(await check({ host: 'localhost', security: 'none' })).toEqual([]);
  });

  it.each([
    { from: { ...from, address: 'a@b\r\nBcc: c@d' } },
    { from: { ...from, name: { en: 'x\r\nBcc: c@d' } } },
    { texts: { en: { subject: 'a\nb' } } },
    { user: 'x' },
    { attach: [] },
  ])('%j do not fit', async (settings) => {
    await expect(mailHouse(25, settings)).rejects.toThrow();
  });
});
