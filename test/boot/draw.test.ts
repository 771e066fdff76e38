import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { runCommand } from '../../core/cli/command.js';
import { draw } from '../../core/cli/commands/draw.js';
import { root } from '../architecture/sources.js';

const out = mkdtempSync(join(tmpdir(), 'divoc-drawn-'));
afterAll(() => rmSync(out, { recursive: true, force: true }));

async function drawn(...words: string[]) {
  const lines: string[] = [];
  const terminal = { out: (line: string) => lines.push(line), err: (line: string) => lines.push(line) };
  return { status: await runCommand([draw], ['draw', ...words], terminal, {}), lines };
}
const adopter = (name: string) => join(root, 'adopters', name);

it("draws an adopter's own templates, without a database or a secret", async () => {
  const { status, lines } = await drawn(adopter('selene'), '--out', out, '--json');
  expect(status).toBe(0);
  expect((JSON.parse(lines.join('')) as { drawn: string[] }).drawn).toHaveLength(14);
  const folder = join(out, 'completion-certificate');
  expect(readdirSync(folder)).toEqual(['ar', 'ar-long', 'en', 'only-dose'].flatMap((name) => [`${name}.html`, `${name}.pdf`]).sort());
  expect(readFileSync(join(folder, 'ar.html'), 'utf8')).toContain('<h1>اكتمال التطعيم</h1>');
  expect(readFileSync(join(folder, 'en.pdf'), 'latin1')).toMatch(/^%PDF-/);
});

it('draws one of the house by its name, with the secrets of the manifest missing', async () => {
  const { status, lines } = await drawn(adopter('lumbria'), 'certificate-a4', '--out', out);
  expect([status, lines.length]).toEqual([0, 10]);
});

it('says what it needs', async () => {
  expect(await drawn(adopter('selene'))).toMatchObject({ status: 2, lines: [expect.stringContaining('--out DIR')] });
  expect(await drawn(adopter('selene'), 'cards', '--out', out)).toMatchObject({
    status: 2,
    lines: [expect.stringContaining('known here: c')],
  });
  expect(await drawn(adopter('demo'), 'vaccination-card', '--out', out)).toMatchObject({
    status: 2,
    lines: [expect.stringContaining('No engine')],
  });
});
