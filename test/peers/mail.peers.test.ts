import { simpleParser } from 'mailparser';
import { expect, it } from 'vitest';
import { delivery, mailHouse } from '../../plugins/channel-email/test/mail-house.js';
import { startExim } from './exim.js';

/** channel-email and a mail server of another make. */
const PATIENT = { connectSeconds: 5, greetingSeconds: 5, silenceSeconds: 10, deadlineSeconds: 15 };

it('a certificate arrives in a mailbox, once for one key', async () => {
  const exim = await startExim();
  const { channel } = await mailHouse(exim.port, { security: 'starttls', ca: exim.ca, ...PATIENT });
  const one = delivery();
  expect(await channel.deliver(one)).toMatchObject({ state: 'accepted' });
  expect(await channel.deliver(one)).toMatchObject({ state: 'accepted' });
  await expect.poll(() => exim.mails().length, { timeout: 10_000 }).toBe(1);
  const mail = await simpleParser(exim.mails()[0] as Buffer);
  expect(mail.attachments.map(({ contentType }) => contentType)).toContain('application/pdf');
  expect(mail.text).toContain('certificate');
});

it('a person who has no mailbox is hopeless, a busy one is not, and nothing travels unencrypted', async () => {
  const exim = await startExim();
  const { channel } = await mailHouse(exim.port, { security: 'starttls', ca: exim.ca, ...PATIENT });
  expect(await channel.deliver(delivery({ recipient: { email: 'nobody@example.org' } }))).toMatchObject({
    state: 'failed',
    retry: 'never',
  });
  expect(await channel.deliver(delivery({ recipient: { email: 'busy@example.org' } }))).toMatchObject({ state: 'failed', retry: 'later' });
  const { channel: plain } = await mailHouse(exim.port, { security: 'none', ...PATIENT });
  expect(await plain.deliver(delivery())).toMatchObject({ state: 'failed' });
  expect(exim.mails()).toEqual([]);
});
