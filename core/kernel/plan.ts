import { existsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type BuiltIns, chooseBuiltIns, loadPlugins } from './entries.js';
import { checkClaims, order, type PlannedPart, type Wiring, wire } from './graph.js';
import { type Manifest, manifestSchema } from './manifest-schema.js';
import { checkParts } from './part-check.js';
import { Problems } from './problem.js';
import { checkAgainst } from './schema-check.js';
import type { SecretUse } from './secrets.js';
import { checkReferences, configure } from './settings.js';
import { isObject, type Located, loadManifest, locate } from './source.js';

export type { BuiltIn } from './entries.js';

export interface PlanOptions {
  readonly builtIns: BuiltIns;
  /** Where plugins are resolved from; default the working folder. */
  readonly folder?: string;
  readonly env?: NodeJS.ProcessEnv;
}

export interface Plan {
  readonly file: string;
  readonly adopter: string;
  readonly manifest: Manifest;
  /** Providers before users. */
  readonly parts: readonly PlannedPart[];
  readonly wiring: Wiring;
  readonly secrets: readonly SecretUse[];
}

/** The manifest's file, given itself or its folder. */
export function manifestFile(path: string): string {
  const full = resolve(path);
  return existsSync(full) && statSync(full).isDirectory() ? join(full, 'adopter.yaml') : full;
}

/**
 * Reads and checks everything that a manifest says, and starts nothing.
 * Throws a ManifestError with every problem that was found.
 */
export async function plan(path: string, options: PlanOptions): Promise<Plan> {
  const problems = new Problems();
  const file = manifestFile(path);
  const located = loadManifest(file, problems);
  if (!located) throw problemsOf(problems);
  checkShape(located, problems);
  const manifest = located.value as Manifest;
  const plugins = await loadPlugins(manifest, options.folder ?? process.cwd(), located, problems);
  const loaded = [...plugins, ...chooseBuiltIns(plugins, manifest, options.builtIns, located, problems)];
  const secrets: SecretUse[] = [];
  const parts = loaded.map(({ entry, ...code }): PlannedPart => {
    const config = configure(entry, code.descriptor, located, options.env ?? process.env, problems, secrets);
    return { name: entry.name, kind: entry.kind, config, position: locate(located, entry.path, 'key'), ...code };
  });
  const entries = loaded.map(({ entry }) => entry);
  checkReferences(parts, entries, manifest, located, problems);
  // A missing plugin would only echo as missing ports.
  const complete = plugins.length === Object.keys(manifest.plugins).length;
  const wiring = wire(parts, complete ? problems : new Problems());
  const ordered = order(parts, wiring, problems);
  checkClaims(parts, problems);
  // Settings that do not fit would only be found wrong a second time.
  if (!problems.some) await checkParts(parts, manifest, dirname(file), located, problems);
  problems.throwIfAny();
  return { file, adopter: dirname(file), manifest, parts: ordered, wiring, secrets };
}

const problemsOf = (problems: Problems): unknown => {
  try {
    problems.throwIfAny();
  } catch (error) {
    return error;
  }
  return new Error('the manifest could not be read');
};

/** Shape errors that would make what follows meaningless end the check here; all others are kept and it goes on. */
function checkShape(located: Located, problems: Problems): void {
  const { findings } = checkAgainst(manifestSchema, located.value, '');
  let fatal = !isObject(located.value);
  for (const finding of findings) {
    problems.add(locate(located, finding.pointer, finding.part), `MANIFEST_${finding.code}`, finding.message);
    fatal ||= /^(|\/(plugins|services)(\/[^/]*(\/(use|version))?)?)$/.test(finding.pointer) && finding.code !== 'UNKNOWN_KEY';
  }
  if (fatal) problems.throwIfAny();
}
