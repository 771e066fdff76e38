import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { divoc, newHome, root } from '../journeys/running-house.js';

const folder = mkdtempSync(join(tmpdir(), 'divoc-check-'));
const home = newHome();
const adopter = join(folder, 'demo');
beforeEach(() => {
  rmSync(adopter, { recursive: true, force: true });
  cpSync(join(root, 'adopters', 'demo'), adopter, { recursive: true });
  mkdirSync(join(adopter, 'records'));
});
afterAll(() => {
  for (const path of [folder, home]) rmSync(path, { recursive: true, force: true });
});

const mistakes = (): string[] => {
  const { status, stdout } = divoc(['check', adopter, '--json'], { home });
  expect(status).toBe(1);
  const { problems } = JSON.parse(stdout) as { problems: { file: string; line: number; column: number; code: string }[] };
  return problems.map(({ file, line, column, code }) => `${file.slice(adopter.length + 1)}:${line}:${column} ${code}`);
};

it("names every mistake in the adopter's own files at once", () => {
  const file = join(adopter, 'adopter.yaml');
  writeFileSync(
    file,
    readFileSync(file, 'utf8')
      .replace('Asia/Kolkata', 'Asia/Atlantis')
      .replace('profile: development', 'profile: production')
      .replace('template: certificate-a4', 'template: certificate-a5'),
  );
  writeFileSync(
    join(adopter, 'records', 'vaccination.json'),
    `{ "properties": {\n  "weight": { "type": "number" },\n  "issuer": { "type": "string" },\n  "patient": { "properties": { "id": { "type": "string" } } } } }\n`,
  );
  expect(mistakes()).toEqual([
    'adopter.yaml:9:3 AUTH_LOCAL_IN_PRODUCTION',
    'adopter.yaml:25:17 TIME_ZONE_UNKNOWN',
    'adopter.yaml:29:94 TEMPLATE_UNKNOWN',
    'records/vaccination.json:2:13 RECORD_FRACTION',
    'records/vaccination.json:3:13 RECORD_NAME_RESERVED',
    'records/vaccination.json:4:38 RECORD_NAME_RESERVED',
  ]);
});

it('names the line of a record that is not JSON, and starts nothing', () => {
  writeFileSync(join(adopter, 'records', 'vaccination.json'), '{ "properties": {},\n  "properties": {} }');
  expect(mistakes()).toEqual(['records/vaccination.json:2:3 JSON_DUPLICATE_KEY']);
});
