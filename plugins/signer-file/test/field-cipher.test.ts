import { expect, it } from 'vitest';
import { fieldCipherOf } from '../src/field-cipher.js';

const cipher = fieldCipherOf(Buffer.alloc(32, 7));
const place = 'delivery/recipient/1';

it('gives back what it was given, and writes equal values differently', async () => {
  for (const text of ['', 'asha@example.org', '{"a":"ශ්‍රී 😀"}']) {
    const [a, b] = [await cipher.encrypt(text, place), await cipher.encrypt(text, place)];
    expect(a).not.toBe(b);
    expect(await cipher.decrypt(a, place)).toBe(text);
  }
});

it('refuses what was altered, moved, cut short, or written under another key', async () => {
  const token = await cipher.encrypt('asha@example.org', place);
  const unreadable = { code: 'FIELD_UNREADABLE', message: expect.not.stringContaining('asha') };
  for (let i = 0; i < token.length; i += 1) {
    // The last character holds unused bits.
    const other = token.slice(0, i) + (token[i] === 'A' ? 'Q' : 'A') + token.slice(i + 1);
    await expect(cipher.decrypt(other, place)).rejects.toMatchObject(unreadable);
    await expect(cipher.decrypt(token.slice(0, i), place)).rejects.toMatchObject(unreadable);
  }
  await expect(cipher.decrypt(token, 'delivery/recipient/2')).rejects.toMatchObject(unreadable);
  await expect(fieldCipherOf(Buffer.alloc(32, 8)).decrypt(token, place)).rejects.toMatchObject(unreadable);
});
