import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, certifyBody, client, dose } from './requests.js';
import { type RunningHouse, startHouse, tokenFor } from './running-house.js';

let house: RunningHouse;
let nurse: Client;
beforeAll(async () => {
  house = await startHouse({ env: { LOG_LEVEL: 'debug' } });
  nurse = client(house.address, tokenFor(house.home));
});
afterAll(() => house.stop());

type Json = Record<string, unknown>;
type Problem = { code: string; status: number; errors?: { pointer: string }[]; incident?: string };

/** A copy of `document` with another value at `path`; undefined removes. */
function withValue(document: unknown, path: readonly string[], value: unknown): unknown {
  const copy = structuredClone(document) as Json;
  const parent = path.slice(0, -1).reduce<Json>((node, name) => node[name] as Json, copy);
  if (value === undefined) delete parent[path.at(-1) as string];
  else parent[path.at(-1) as string] = value;
  return copy;
}

const MARK = 'Zebulon-Quux-7731';

describe('bad values in POST /v1/vaccinations are 4xx and name their field', () => {
  it.each([
    ['/record/patient/name', 42],
    ['/record/patient/name', undefined],
    ['/record/patient/name', null],
    ['/record/patient', MARK],
    ['/record/patient/birthDate', '1984-02-31'],
    ['/record/patient/birthDate', MARK],
    ['/record/occurrenceDateTime', '2026-13-01'],
    ['/record/occurrenceDateTime', '2026-02-29T10:00:00Z'],
    ['/record/occurrenceDateTime', 'yesterday'],
    ['/record/occurrenceDateTime', undefined],
    ['/record/doseNumber', '1'],
    ['/record/doseNumber', 1.5],
    ['/record/doseNumber', [1]],
    ['/record/doseNumber', undefined],
    ['/record/facility/name', { is: MARK }],
    ['/record/unknownField', MARK],
    ['/record/patient/unknownField', MARK],
    ['/record', undefined],
    ['/identity', undefined],
    ['/identity/input', MARK],
    ['/identity/input/code', undefined],
    ['/identity/input/code', 7],
    ['/identity/input/unknown', MARK],
    ['/identity/provider', MARK],
    ['/programme', MARK],
    ['/unknown', MARK],
  ])('%s = %j', async (pointer, value) => {
    const body = withValue(dose('B-1'), pointer.split('/').slice(1), value);
    const response = await nurse('POST', '/v1/vaccinations', { body });
    const text = await response.text();
    const problem = JSON.parse(text) as Problem;
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(response.status).toBeLessThan(500);
    expect(problem.errors?.map((error) => error.pointer)).toContain(pointer);
    expect(text).not.toContain(MARK);
  });
});

describe('bad values in POST /divoc/api/v1/certify are refused one by one and name their field', () => {
  it.each([
    ['/recipient/name', 42],
    ['/recipient/dob', '1994-02-30'],
    ['/recipient/dob', MARK],
    ['/vaccination/date', '2021-02-30T00:00:00Z'],
    ['/vaccination/date', MARK],
    ['/vaccination/effectiveStart', '2021-00-10'],
    ['/vaccination/dose', '1'],
    ['/vaccination/dose', null],
    ['/vaccination', MARK],
    ['/preEnrollmentCode', undefined],
    ['/preEnrollmentCode', 1112],
    ['/facility/name', [MARK]],
  ])('%s = %j', async (pointer, value) => {
    const [good] = certifyBody();
    const bad = withValue({ ...good, preEnrollmentCode: `B${pointer}` }, pointer.split('/').slice(1), value);
    const response = await nurse('POST', '/divoc/api/v1/certify', { body: [bad, { ...good, preEnrollmentCode: `G${pointer}${value}` }] });
    const text = await response.text();
    const [refused, issued] = JSON.parse(text) as [{ outcome: string; problem: Problem }, { outcome: string }];
    expect([response.status, refused.outcome, issued.outcome]).toEqual([200, 'refused', 'issued']);
    expect(refused.problem.errors?.map((error) => error.pointer)).toContain(pointer);
    expect(text).not.toContain(MARK);
  });

  it.each([
    ['/vaccination/dose', 0],
    ['/vaccination/dose', -3],
    ['/vaccination/dose', 99],
    ['/vaccination/totalDoses', 0],
    ['/vaccination/date', '2199-01-01T00:00:00Z'],
    ['/recipient/dob', '2030-01-01'],
    ['/recipient/name', ''],
    ['/recipient/gender', 'Martian'],
    ['/recipient/nationality', ''],
    ['/vaccination/effectiveUntil', '1999-01-01'],
    ['/vaccination/name', ''],
    ['/facility/name', ' '],
    ['/vaccinator/name', ''],
    ['/recipient/identity', 'none'],
    ['/recipient/contact', []],
  ])('%s = %j is senseless, well-typed and accepted', async (pointer, value) => {
    const [good] = certifyBody();
    const body = [withValue({ ...good, preEnrollmentCode: `S${pointer}${value}` }, pointer.split('/').slice(1), value)];
    const response = await nurse('POST', '/divoc/api/v1/certify', { body });
    expect([response.status, await response.json()]).toMatchObject([200, [{ outcome: 'issued' }]]);
  });
});

const nested = `${'['.repeat(2_500_000)}${']'.repeat(2_500_000)}`;

describe.each(['/v1/vaccinations', '/divoc/api/v1/certify', '/v1/verify'])('%s', (path) => {
  it.each<[string, string | Uint8Array]>([
    ['nothing', ''],
    ['no JSON', '{'],
    ['invalid UTF-8', Uint8Array.of(0x7b, 0x22, 0xc3, 0x28, 0x22, 0x3a, 0x31, 0x7d)],
    ['a byte order mark', '\ufeff{}'],
    ['5 MB of nesting', nested],
    ['__proto__', '{"__proto__": {"admin": true}}'],
    ['__proto__ in an array', '[{"__proto__": {"admin": true}}]'],
    ['a key twice', '{"identity": {}, "identity": {}}'],
    ['a lone surrogate', '{"identity": "\\ud800"}'],
    ['a huge number', '[1e400]'],
    ['null', 'null'],
    ['a string', '"x"'],
    ['an empty array', '[]'],
    ['an array of nonsense', '[null]'],
  ])('answers %s with a problem document', async (_name, raw) => {
    const response = await nurse('POST', path, { raw });
    const text = await response.text();
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(response.status).toBeLessThan(500);
    if (!text.startsWith('[')) expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(text).not.toMatch(/admin|\.js:\d/);
  });
});

it('is still well, wrote no value into its log, and met no fault of its own', async () => {
  expect((await client(house.address)('GET', '/readyz')).status).toBe(200);
  expect(house.log()).not.toMatch(new RegExp(`${MARK}|Asha|Perera|Bhaya|"level":50`));
});
