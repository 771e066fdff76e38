import { describe, expect, it } from 'vitest';
import { ADDRESS, courteous, delivery, mailHouse, mailServer, scriptedServer } from './mail-house.js';

const says = (responseCode: number, text = 'no') => Object.assign(new Error(text), { responseCode });
const failed = (code: string, retry: string) => ({ state: 'failed', code, retry });

describe('what the server answers', () => {
  it.each([
    [421, 'SMTP_421', 'soon'],
    [450, 'SMTP_450', 'later'],
    [451, 'SMTP_451', 'later'],
    [452, 'SMTP_452', 'later'],
    [550, 'SMTP_MAILBOX_REFUSED', 'never'],
    [552, 'SMTP_MAILBOX_REFUSED', 'never'],
    [553, 'SMTP_MAILBOX_REFUSED', 'never'],
    [530, 'SMTP_AUTH_REQUIRED', 'later'],
  ])('%i to the recipient: %s, %s', async (reply, code, retry) => {
    const server = await mailServer({ onRcptTo: (_, __, done) => done(says(reply, `${ADDRESS} is not here`)) });
    const { channel, part, logged } = await mailHouse(server.port);
    expect(await channel.deliver(delivery())).toEqual(failed(code, retry));
    expect(server.raw).toEqual([]);
    expect((await part.health?.())?.status).toBe([421, 530].includes(reply) ? 'warn' : 'pass');
    expect(logged() + JSON.stringify(await part.health?.())).not.toContain(ADDRESS);
  });

  it.each([
    [450, 'SMTP_450', 'later'],
    [552, 'SMTP_MESSAGE_REFUSED', 'never'],
    [554, 'SMTP_MESSAGE_REFUSED', 'never'],
  ])('%i to the message: %s, %s', async (reply, code, retry) => {
    const server = await mailServer({ onData: (_, __, done) => done(says(reply)) });
    const { channel, part } = await mailHouse(server.port);
    expect(await channel.deliver(delivery())).toEqual(failed(code, retry));
    expect(server.raw).toHaveLength(1);
    expect(await part.health?.()).toEqual({ status: 'pass' });
  });

  it.each([
    [550, 'SMTP_SENDER_REFUSED', 'later'],
    [552, 'SMTP_MESSAGE_TOO_LARGE', 'never'],
  ])('%i to the sender: %s, %s', async (reply, code, retry) => {
    const server = await mailServer({ onMailFrom: (_, __, done) => done(says(reply)) });
    const { channel, part } = await mailHouse(server.port);
    expect(await channel.deliver(delivery())).toEqual(failed(code, retry));
    expect((await part.health?.())?.status).toBe(reply === 550 ? 'warn' : 'pass');
  });

  it('a relay that is closed to us is our mistake and not the mailbox’s', async () => {
    const port = await scriptedServer('220 test', (line) => (/^RCPT/.test(line) ? '550 5.7.1 relaying denied' : courteous(line)));
    const { channel, part } = await mailHouse(port);
    expect(await channel.deliver(delivery())).toEqual(failed('SMTP_RELAY_REFUSED', 'later'));
    expect(await part.health?.()).toMatchObject({ status: 'warn', detail: expect.stringContaining('SMTP_RELAY_REFUSED since 2026-') });
  });

  it('a message larger than the server takes', async () => {
    const server = await mailServer({
      size: 500,
      onData: (stream, _, done) => done(stream.sizeExceeded ? says(552, 'too large') : undefined),
    });
    const { channel } = await mailHouse(server.port);
    expect(await channel.deliver(delivery())).toEqual(failed('SMTP_MESSAGE_REFUSED', 'never'));
  });

  it('health is well again after a message that was sent', async () => {
    let isDown = true;
    const server = await mailServer({ onMailFrom: (_, __, done) => done(isDown ? says(550) : undefined) });
    const { channel, part } = await mailHouse(server.port);
    await channel.deliver(delivery());
    isDown = false;
    expect(await channel.deliver(delivery())).toMatchObject({ state: 'accepted' });
    expect(await part.health?.()).toEqual({ status: 'pass' });
  });
});

describe('a server that hangs', () => {
  it.each([
    ['before its greeting', undefined, 'none', 'SMTP_UNREACHABLE', 0],
    // From here on nodemailer does not tell how far it came, so that the worse is assumed.
    ['at EHLO', '220 test', 'EHLO', 'SMTP_TIMEOUT', 1],
    ['at MAIL FROM', '220 test', 'MAIL', 'SMTP_TIMEOUT', 1],
    ['at RCPT TO', '220 test', 'RCPT', 'SMTP_TIMEOUT', 1],
    ['at DATA', '220 test', 'DATA', 'SMTP_TIMEOUT', 1],
    ['at the end of the message', '220 test', 'END', 'SMTP_TIMEOUT', 1],
  ])('%s', async (_, greeting, at, code, doubles) => {
    const port = await scriptedServer(greeting, (line) => (line.startsWith(at) ? undefined : courteous(line)));
    const { channel, part } = await mailHouse(port);
    const began = performance.now();
    const mine = delivery();
    expect(await channel.deliver(mine)).toEqual(failed(code, 'soon'));
    expect(performance.now() - began).toBeLessThan(20_000);
    expect((await part.health?.())?.status).toBe('warn');
    // When it may have been sent, a second try is counted as what it may be.
    await channel.deliver(mine);
    const detail = (await part.health?.())?.detail ?? '';
    expect(detail.includes('may have been sent twice: 1')).toBe(doubles === 1);
  });

  it('by saying a little now and then is left at the deadline', async () => {
    const timers: NodeJS.Timeout[] = [];
    const port = await scriptedServer('220 test', (line, socket) => {
      if (!line.startsWith('MAIL')) return courteous(line);
      timers.push(setInterval(() => socket.write('250-wait\r\n'), 100));
      return undefined;
    });
    const { channel } = await mailHouse(port, { deadlineSeconds: 1 });
    expect(await channel.deliver(delivery())).toEqual(failed('SMTP_LATE', 'soon'));
    for (const timer of timers) clearInterval(timer);
  });

  it('keeps no other message waiting', async () => {
    let first = true;
    const port = await scriptedServer('220 test', (line) => {
      if (!line.startsWith('MAIL') || !first) return courteous(line);
      first = false;
      return undefined;
    });
    const { channel } = await mailHouse(port);
    const order: string[] = [];
    const stuck = channel.deliver(delivery()).then(() => order.push('stuck'));
    const brisk = channel.deliver(delivery()).then(() => order.push('brisk'));
    await Promise.all([stuck, brisk]);
    expect(order).toEqual(['brisk', 'stuck']);
  });
});

describe('a connection that is closed', () => {
  it.each([
    ['before the greeting', 'CONNECT', 'SMTP_UNREACHABLE'],
    ['at RCPT TO', 'RCPT', 'SMTP_CONNECTION_LOST'],
    ['at the end of the message', 'END', 'SMTP_CONNECTION_LOST'],
  ])('%s', async (_, at, code) => {
    let asked = 0;
    const port = await scriptedServer(at === 'CONNECT' ? undefined : '220 test', (line, socket) => {
      if (!line.startsWith(at)) return courteous(line);
      asked += 1;
      socket.destroy();
      return undefined;
    });
    const closing = at === 'CONNECT' ? await closedAtOnce() : port;
    const { channel } = await mailHouse(closing);
    expect(await channel.deliver(delivery())).toEqual(failed(code, 'soon'));
    // Not sent again behind our back.
    if (at === 'END') expect(asked).toBe(1);
  });

  it('or was never made', async () => {
    const { channel } = await mailHouse(1);
    expect(await channel.deliver(delivery())).toEqual(failed('SMTP_UNREACHABLE', 'soon'));
    const { channel: nowhere } = await mailHouse(25, { host: 'mail.invalid', security: 'starttls' });
    expect(await nowhere.deliver(delivery())).toEqual(failed('SMTP_UNREACHABLE', 'soon'));
  });
});

async function closedAtOnce(): Promise<number> {
  const { createServer } = await import('node:net');
  const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  server.unref();
  return (server.address() as { port: number }).port;
}
