import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { afterAll, expect, it } from 'vitest';
import { client, dose } from './requests.js';
import { divoc, newHome, root, startHouse, tokenFor } from './running-house.js';

/** A country's copy of the demo, and its one data folder across both versions of the record. */
const adopter = join(mkdtempSync(join(tmpdir(), 'divoc-field-')), 'demo');
cpSync(join(root, 'adopters', 'demo'), adopter, { recursive: true });
const home = newHome();
afterAll(() => rmSync(home, { recursive: true, force: true }));

const parentName = {
  type: 'string',
  description: 'Name of a parent, for children.',
  minLength: 1,
  maxLength: 256,
  'x-personal': true,
  'x-label': { en: 'Parent', ar: 'أحد الوالدين', hi: 'माता-पिता' },
  'x-print': 45,
};

async function pdfText(bytes: Uint8Array): Promise<string> {
  const document = await getDocument({ data: bytes, useSystemFonts: false }).promise;
  const content = await (await document.getPage(1)).getTextContent();
  return content.items.map((item) => ('str' in item ? item.str : '')).join(' ');
}

it('a field is added by one file, and shows everywhere; what was issued before still verifies', async () => {
  const earlier = await startHouse({ adopter, home });
  const nurse = client(earlier.address, tokenFor(home, 'nurse', 'facility-staff', { adopter }));
  const before = (await (await nurse('POST', '/v1/vaccinations', { body: dose('F-1') })).json()) as { links: Record<string, string> };
  const old = join(home, 'old.json');
  writeFileSync(old, await (await nurse('GET', before.links.credential as string)).text());
  const withParent = dose('F-2', 1, { patient: { name: 'Nimal Perera', birthDate: '2025-01-10', parentName: 'Asha Perera' } });
  expect((await nurse('POST', '/v1/vaccinations', { body: withParent })).status).toBe(400);
  await earlier.stop();

  mkdirSync(join(adopter, 'records'));
  writeFileSync(join(adopter, 'records', 'vaccination.json'), JSON.stringify({ properties: { patient: { properties: { parentName } } } }));
  expect(divoc(['check', adopter], { home })).toMatchObject({ status: 0 });

  const house = await startHouse({ adopter, home });
  try {
    const staff = client(house.address, tokenFor(home, 'nurse', 'facility-staff', { adopter }));
    const openapi = await (await staff('GET', '/openapi.json')).text();
    expect(openapi).toContain('"parentName"');
    const made = await staff('POST', '/v1/vaccinations', { body: withParent });
    const { links } = (await made.json()) as { links: Record<string, string> };
    expect(made.status).toBe(201);

    const credential = await (await staff('GET', links.credential as string)).json();
    expect(credential).toMatchObject({ credentialSubject: { patient: { parentName: 'Asha Perera' } } });
    const page = await (await staff('GET', `${links.page}?language=ar`)).text();
    expect(page).toContain('أحد الوالدين');
    expect(page).toContain('Asha Perera');
    const text = await pdfText(new Uint8Array(await (await staff('GET', links.pdf as string)).arrayBuffer()));
    expect(text).toMatch(/Parent/);
    expect(text).toMatch(/Asha Perera/);

    const verdict = await (await staff('POST', '/v1/verify', { body: { credential } })).json();
    expect(verdict).toMatchObject({ status: 'VERIFIED', claims: { credentialSubject: { patient: { parentName: 'Asha Perera' } } } });
    const oldCredential = JSON.parse(readFileSync(old, 'utf8'));
    expect(await (await staff('POST', '/v1/verify', { body: { credential: oldCredential } })).json()).toMatchObject({ status: 'VERIFIED' });
    // The old certificate still renders, from the type that it was issued with.
    expect((await staff('GET', before.links.pdf as string)).status).toBe(200);
    const recent = join(home, 'new.json');
    writeFileSync(recent, JSON.stringify(credential));
    expect(divoc(['verify', old, recent], { home })).toMatchObject({ status: 0 });
  } finally {
    await house.stop();
  }
});
