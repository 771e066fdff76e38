import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SMTPServerOptions } from 'smtp-server';
import { describe, expect, it } from 'vitest';
import { delivery, mailHouse, mailServer } from './mail-house.js';
import { selfSigned } from './self-signed.js';

const failed = (code: string, retry: string) => ({ state: 'failed', code, retry });

describe('encryption and log-in', () => {
  const identity = selfSigned();
  const ca = join(mkdtempSync(join(tmpdir(), 'ca-')), 'ca.pem');
  writeFileSync(ca, identity.cert);
  const onAuth: SMTPServerOptions['onAuth'] = ({ username, password }, _, done) =>
    password === 'right' ? done(null, { user: 'u' }) : done(new Error(`no, ${username}`));
  const secured = { ...identity, disabledCommands: [], authOptional: false, onAuth };
  const login = { user: 'house', password: 'right' };

  it('with STARTTLS, a known authority and the right password a message is sent', async () => {
    const server = await mailServer(secured);
    const { channel } = await mailHouse(server.port, { security: 'starttls', ca, ...login });
    expect(await channel.deliver(delivery())).toMatchObject({ state: 'accepted' });
  });

  it('with implicit TLS too', async () => {
    const server = await mailServer({ ...secured, secure: true });
    const { channel } = await mailHouse(server.port, { security: 'implicit', ca, ...login });
    expect(await channel.deliver(delivery())).toMatchObject({ state: 'accepted' });
  });

  it('a server without STARTTLS hears nothing', async () => {
    const server = await mailServer();
    const { channel, part } = await mailHouse(server.port, { security: 'starttls' });
    expect(await channel.deliver(delivery())).toEqual(failed('SMTP_TLS_FAILED', 'later'));
    expect(server.raw).toEqual([]);
    expect(await part.health?.()).toMatchObject({ status: 'warn', detail: expect.stringContaining('SMTP_TLS_FAILED') });
  });

  it.each(['starttls', 'implicit'])('a certificate of an unknown authority ends it (%s)', async (security) => {
    const server = await mailServer({ ...secured, secure: security === 'implicit' });
    const { channel, part } = await mailHouse(server.port, { security, ...login });
    expect(await channel.deliver(delivery())).toEqual(failed('SMTP_TLS_FAILED', 'later'));
    expect((await part.health?.())?.status).toBe('warn');
  });

  it('a wrong password is our mistake', async () => {
    const server = await mailServer(secured);
    const { channel, part, logged } = await mailHouse(server.port, { security: 'starttls', ca, user: 'house', password: 'wrong' });
    expect(await channel.deliver(delivery())).toEqual(failed('SMTP_AUTH_FAILED', 'later'));
    expect(await part.health?.()).toMatchObject({ status: 'warn', detail: expect.stringContaining('SMTP_AUTH_FAILED') });
    expect(logged()).not.toContain('wrong');
  });

  it('unencrypted is for this machine alone', async () => {
    await expect(mailHouse(25, { host: 'mail.example.org', security: 'none' })).rejects.toMatchObject({ code: 'SMTP_UNENCRYPTED' });
  });
});
