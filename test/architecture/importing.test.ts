import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { plugins, root } from './sources.js';

const alone = fileURLToPath(new URL('import-alone.mjs', import.meta.url));
const importAlone = (file: string): unknown =>
  JSON.parse(execFileSync(process.execPath, [alone, file], { cwd: tmpdir(), encoding: 'utf8' }));

describe('importing a plugin has no effect but its frozen descriptor', () => {
  for (const plugin of plugins) {
    const file = join(root, 'plugins', plugin, 'dist', 'plugin.js');
    it.skipIf(!existsSync(file))(plugin, () => {
      expect(importAlone(file)).toEqual({ effects: [], brand: 'part', id: plugin, frozen: true });
    });
  }

  const folder = mkdtempSync(join(tmpdir(), 'divoc-effects-'));
  it.each([
    ["import { writeFileSync } from 'node:fs'; writeFileSync('planted', '')", 'fs.writeFileSync'],
    ["import { open } from 'node:fs/promises'; await open('planted', 'w')", 'fs/promises.open'],
    ["import { createServer } from 'node:http'; createServer().unref()", 'http.createServer'],
    ["import { Socket } from 'node:net'; new Socket()", 'new net.Socket'],
    ["import { lookup } from 'node:dns'; lookup('localhost', () => {})", 'dns.lookup'],
    ["import { execFileSync } from 'node:child_process'; execFileSync(process.execPath, ['-v'])", 'child_process.execFileSync'],
    ['setInterval(() => {}, 1000)', 'timers.setInterval'],
    ["import { setTimeout } from 'node:timers/promises'; await setTimeout(1)", 'timers/promises.setTimeout'],
    ["process.on('SIGTERM', () => {})", 'process.on SIGTERM ×1'],
    ["process.env.PLANTED = '1'", 'process.env'],
  ])('a planted effect is seen: %s', (code, effect) => {
    const file = join(folder, `${effect.replace(/\W/g, '-')}.mjs`);
    writeFileSync(file, `process.chdir(${JSON.stringify(folder)});\n${code};\nexport default {};`);
    const seen = importAlone(file) as { effects: string[]; frozen: boolean; brand?: string };
    expect(seen.effects).toContain(effect);
    expect(seen).toMatchObject({ frozen: false });
  });
});
