import { PDFDocument } from '@cantoo/pdf-lib';
import { describe, expect, it } from 'vitest';
import { ADDRESS, delivery, mailHouse, mailServer } from './mail-house.js';

describe('a message', () => {
  it('arrives whole: sender, one recipient, subject, text, page and a PDF that opens', async () => {
    const server = await mailServer();
    const { channel } = await mailHouse(server.port, { replyTo: 'help@health.example' });
    const result = await channel.deliver(delivery({ key: 'k' }));
    const [mail] = server.mails;
    expect(result).toEqual({ state: 'accepted', reference: mail?.messageId?.slice(1, -1) });
    expect(mail).toMatchObject({
      subject: 'Your certificate from Ministry of Health',
      from: { value: [{ address: 'no-reply@health.example', name: 'Ministry of Health' }] },
      to: { value: [{ address: ADDRESS, name: '' }] },
      replyTo: { value: [{ address: 'help@health.example' }] },
      date: new Date('2026-11-23T10:00:00.000Z'),
    });
    expect(mail?.text).toContain('Its number is 7KQ2ABCDEFGH*.');
    expect(mail?.html).toContain('<html lang="en" dir="ltr">');
    expect(mail?.html).toContain('<bdi dir="ltr">7KQ2ABCDEFGH*</bdi>');
    expect(mail?.headers.get('auto-submitted')).toBe('auto-generated');
    expect(mail?.attachments).toMatchObject([{ filename: 'certificate-7KQ2ABCDEFGH.pdf', contentType: 'application/pdf' }]);
    const pdf = await PDFDocument.load(mail!.attachments[0]!.content);
    expect([pdf.getPageCount(), pdf.getTitle()]).toEqual([1, 'certificate']);
  });

  it.each([
    ['ar', 'ar', 'شهادتك من وزارة الصحة', 'rtl', 'شهادة التطعيم'],
    ['ar-EG', 'ar', 'شهادتك من وزارة الصحة', 'rtl', 'شهادة التطعيم'],
    ['hi', 'hi', 'स्वास्थ्य मंत्रालय से आपका प्रमाणपत्र', 'ltr', 'टीकाकरण प्रमाणपत्र'],
    ['si', 'en', 'Your certificate from Ministry of Health', 'ltr', 'vaccination certificate'],
    [undefined, 'en', 'Your certificate from Ministry of Health', 'ltr', 'vaccination certificate'],
  ])('to somebody who reads %s is in %s', async (language, tag, subject, direction, words) => {
    const server = await mailServer();
    const { channel, rendered } = await mailHouse(server.port);
    await channel.deliver(delivery({ recipient: { email: ADDRESS, ...(language !== undefined && { language }) } }));
    const [mail] = server.mails;
    expect(mail?.subject).toBe(subject);
    expect(mail?.text).toContain(words);
    // Both parts keep the number readable from left to right.
    expect(mail?.text).toContain(direction === 'rtl' ? '\u20687KQ2ABCDEFGH*\u2069' : '7KQ2ABCDEFGH*');
    expect(mail?.html).toContain(`<html lang="${tag}" dir="${direction}">`);
    expect(mail?.html).toContain(words);
    expect(mail?.headers.get('content-language')).toBe(tag);
    expect(rendered).toEqual([{ id: 'certificate-1', language: language ?? 'en' }]);
  });

  it('says what the adopter wants, in languages of the adopter, escaped where it must be', async () => {
    const server = await mailServer();
    const texts = { si: { subject: 'සහතිකය {number}', body: 'පළමු <b>\nපේළිය\n\n{issuer}' }, en: { subject: 'Here it is' } };
    const { channel } = await mailHouse(server.port, { texts, from: { address: 'a@b.example', name: { en: 'Health & <Co>' } } });
    await channel.deliver(delivery({ recipient: { email: ADDRESS, language: 'si' } }));
    await channel.deliver(delivery());
    const [si, en] = server.mails;
    expect([si?.subject, en?.subject]).toEqual(['සහතිකය 7KQ2ABCDEFGH*', 'Here it is']);
    expect(si?.html).toContain('<p>පළමු &lt;b&gt;<br>පේළිය</p>\n<p><bdi>Health &amp; &lt;Co&gt;</bdi></p>');
    expect(en?.text).toContain('attached to this message');
  });

  it('can bring the signed credential too', async () => {
    const server = await mailServer();
    const { channel } = await mailHouse(server.port, { attach: ['pdf', 'credential'] });
    await channel.deliver(delivery());
    expect(server.mails[0]?.attachments.map(({ filename, contentType }) => [filename, contentType])).toEqual([
      ['certificate-7KQ2ABCDEFGH.pdf', 'application/pdf'],
      ['certificate-7KQ2ABCDEFGH.json', 'application/vc'],
    ]);
  });

  it.each([
    'a@example.org\r\nBcc: b@example.org',
    'a@example.org>\r\nRCPT TO:<b@example.org',
    'a@example.org, b@example.org',
    'a@example.org;b@example.org',
    '"a" <a@example.org>',
    'a@example.org\u0000',
    'a\u202e@example.org',
    '',
    'nobody',
  ])('goes to nobody when its address is %j', async (email) => {
    const server = await mailServer();
    const { channel } = await mailHouse(server.port);
    expect(await channel.deliver(delivery({ recipient: { email } }))).toEqual({
      state: 'failed',
      code: 'EMAIL_ADDRESS_INVALID',
      retry: 'never',
    });
    expect(server.raw).toEqual([]);
  });

  it.each([
    ['gone', { state: 'failed', code: 'CERTIFICATE_UNKNOWN', retry: 'never' }],
    ['busy', { state: 'failed', code: 'TEMPLATE_BUSY', retry: 'later' }],
    ['impossible', { state: 'failed', code: 'NOT_ACCEPTABLE', retry: 'never' }],
  ])('of a certificate that is %s is not begun', async (certificateId, result) => {
    const server = await mailServer();
    const { channel, state } = await mailHouse(server.port);
    expect(await channel.deliver(delivery({ certificateId }))).toEqual(result);
    expect([server.raw.length, state.entries.size]).toEqual([0, 0]);
  });
});
