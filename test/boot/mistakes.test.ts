import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Logger } from '../../core/api/index.js';
import { boot } from '../../core/kernel/boot.js';
import { plan } from '../../core/kernel/plan.js';
import { formatProblem, isManifestError } from '../../core/kernel/problem.js';
import { acmeDeployment } from './acme-plugins.js';

const here = new URL('mistakes/', import.meta.url).pathname;
const folder = acmeDeployment();
const silent: Logger = { debug() {}, info() {}, warn() {}, error() {} };

/** What a person sees for a manifest: its problems, or how its parts start. */
async function report(name: string): Promise<string> {
  try {
    const made = await plan(join(here, name), { builtIns: {}, folder, env: {} });
    const house = await boot(made, { home: mkdtempSync(join(tmpdir(), 'divoc-home-')), log: () => silent });
    await house.stop();
    return 'nothing to mend\n';
  } catch (error) {
    if (!isManifestError(error)) throw error;
    return `${error.problems.map((p) => formatProblem(p, (file) => relative(here, file))).join('\n')}\n`;
  }
}

describe('each mistake is named at its place, with its fix', () => {
  for (const name of readdirSync(here)) {
    it(name, async () => {
      const text = await report(name);
      expect(text).not.toBe('nothing to mend\n');
      await expect(text).toMatchFileSnapshot(join(here, name, 'expected.txt'));
    });
  }
});
