import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** The house's own `schemas` or `templates`: packed with core, and beside it in the repository. */
export function houseFolder(name: 'schemas' | 'templates'): string {
  const core = dirname(createRequire(import.meta.url).resolve('@divoc/core/package.json'));
  const packed = join(core, 'dist', name);
  return existsSync(packed) ? packed : join(core, '..', name);
}
