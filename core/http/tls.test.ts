import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { startEdge } from './edge.fixture.js';
import { selfSigned } from './self-signed.js';
import { checkTls, tlsPair } from './tls.js';

const folder = mkdtempSync(join(tmpdir(), 'divoc-tls-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const now = new Date();
const status = (url: string, ca: string) =>
  new Promise<number | undefined>((resolve, reject) => {
    const sent = request(url, { ca, agent: false }, (reply) => resolve(reply.resume().statusCode));
    sent.on('error', reject).end();
  });

describe('https', () => {
  it('is served with the certificate that the settings name, and with no other', async () => {
    const pair = selfSigned('127.0.0.1', now);
    const [certificate, key] = [join(folder, 'edge.pem'), join(folder, 'edge.key')];
    writeFileSync(certificate, pair.cert);
    writeFileSync(key, pair.key);
    const edge = await startEdge({}, { tls: { certificate, key } });
    try {
      expect(edge.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
      expect(await status(`${edge.url}/livez`, pair.cert)).toBe(200);
      await expect(status(`${edge.url}/livez`, selfSigned('127.0.0.1', now).cert)).rejects.toThrow(/self-signed|signature|certificate/);
      await expect(fetch(edge.url.replace('https', 'http'))).rejects.toThrow();
    } finally {
      await edge.stop();
    }
  });

  it('can be had with a certificate of its own making, which names the host, ends in a week, and never in production', () => {
    const certificate = new X509Certificate(selfSigned('vc.example', now).cert);
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(certificate.checkHost('vc.example')).toBe('vc.example');
    expect(certificate.checkIP('127.0.0.1')).toBe('127.0.0.1');
    expect(Date.parse(certificate.validTo) - now.getTime()).toBeLessThanOrEqual(7 * 24 * 3600 * 1000);
    expect(checkTls({ selfSigned: true }, 'development')).toEqual([]);
    expect(checkTls({ selfSigned: true }, 'production')).toMatchObject([{ code: 'TLS_SELF_SIGNED' }]);
    expect(checkTls({ selfSigned: true, certificate: 'a', key: 'b' }, 'development')).toMatchObject([{ code: 'TLS_UNCLEAR' }]);
    expect(checkTls(undefined, 'production')).toEqual([]);
  });

  it('says which file it cannot read', () => {
    expect(() => tlsPair({ certificate: join(folder, 'none.pem'), key: 'none' }, 'localhost', now)).toThrow(
      /none\.pem cannot be read: ENOENT/,
    );
  });
});
