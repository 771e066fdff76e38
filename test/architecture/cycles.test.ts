import { describe, expect, it } from 'vitest';
import { type Source, source, sources } from './sources.js';

/** Every circle of imports, each once, types included: a circle of types is two files that are one. */
function cycles(files: readonly Source[]): string[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) found.push([...trail.slice(trail.indexOf(path)), path].join(' → '));
    if (done.has(path) || trail.includes(path)) return;
    for (const { file } of byPath.get(path)?.imports ?? []) if (file !== undefined) visit(file, [...trail, path]);
    done.add(path);
  };
  for (const path of byPath.keys()) visit(path, []);
  return found;
}

describe('imports', () => {
  it('go in no circle', () => expect(cycles(sources)).toEqual([]));

  it('report a planted circle', () => {
    const planted = [
      source('core/api/a.ts', "import type { B } from './b.js'"),
      source('core/api/b.ts', "export { c } from './c.js'"),
      source('core/api/c.ts', "import './a.js'"),
      source('core/api/d.ts', "import './a.js'; import './b.js'"),
    ];
    expect(cycles(planted)).toEqual(['core/api/a.ts → core/api/b.ts → core/api/c.ts → core/api/a.ts']);
  });
});
