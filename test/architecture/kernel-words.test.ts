import { describe, expect, it } from 'vitest';
import { isTest, lineOf, type Source, source, sources, walk } from './sources.js';

/** The beginnings of words that the kernel must never learn: what DIVOC is for, and what it is made with. */
const FOREIGN = `vaccin immuni dose certif credential verif registr enrol patient person citizen beneficiar recipient national disease covid
  clinic hospital doctor nurse facilit programme campaign payment fee currenc money voucher identit issuer signer signature channel deliver
  template pdf qr print sms email route http fastify express sql knex postgres table migrat outbox nats oidc jwt ed25519 fhir aadhaar country`
  .split(/\s+/)
  .map((stem) => `-${stem}`);

/** Names of countries, from the ICU data that Node carries: every assigned code of two letters. */
const LETTERS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
const regions = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' });
const COUNTRIES = LETTERS.flatMap((a) => LETTERS.map((b) => regions.of(a + b))).flatMap((name) => (name ? [`-${words(name)}-`] : []));

/** What the kernel may say all the same, and why. */
const ALLOWED: Readonly<Record<string, string>> = {
  hasRegistration: 'a method of awilix',
  'x-personal': 'an annotation of records; named only so that ajv, being strict, lets it pass without a meaning',
  'x-print': 'the same',
};

/** `createSQLTable` and "create SQL table" are both `create-sql-table`. */
function words(text: string): string {
  return text
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1-$2')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '');
}

/** Foreign words in identifiers, strings, templates and patterns; comments may give examples. */
function foreign({ path, text, tree }: Source): string[] {
  const found: string[] = [];
  walk(tree, (node) => {
    const said =
      node.type === 'Literal' && typeof node.value === 'string'
        ? node.value
        : node.type === 'Literal' && node.regex
          ? (node.regex as { pattern: string }).pattern
          : node.type === 'TemplateElement'
            ? (node.value as { cooked: string }).cooked
            : /Identifier$/.test(node.type)
              ? String(node.name)
              : '';
    const normal = `-${words(said)}-`;
    const heard = [...FOREIGN, ...COUNTRIES].find((word) => normal.includes(word));
    if (heard && !Object.hasOwn(ALLOWED, said)) found.push(`${path}:${lineOf(text, node.start)} says '${said}'`);
  });
  return found;
}

describe('the kernel', () => {
  const kernel = sources.filter(({ path }) => path.startsWith('core/kernel/') && !isTest(path));

  it('has learnt no word of the domain', () => expect(kernel.flatMap(foreign)).toEqual([]));

  it('has no exception that it does not need', () => {
    const all = kernel.map(({ text }) => text).join('\n');
    expect(Object.keys(ALLOWED).filter((said) => !all.includes(said))).toEqual([]);
  });

  it.each([
    'const vaccinationSchema = 1',
    'interface Plan { doseNumber: number }',
    "problems.add('CERTIFICATE_MISSING')",
    'const text = `the facility is unknown`',
    "if (manifest.name === 'sri-lanka') throw 1",
    "const profile = 'India'",
    'function startHTTPServer() {}',
    'class A { #patientId = 1 }',
    "import { x } from '../store/sql-tables.js'",
    'const pattern = /^covid-19$/',
    "type Kind = 'credential'",
  ])('is found out when it says: %s', (code) => expect(foreign(source('core/kernel/planted.ts', code))).toHaveLength(1));

  it.each(['// a certificate, for example', 'const doSettle = 1', "const hint = didYouMean('counter')"])('may say: %s', (code) => {
    expect(foreign(source('core/kernel/planted.ts', code))).toEqual([]);
  });
});
