import { existsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { PartDescriptor } from '../api/plugin.js';
import { type BuiltIns, chooseBuiltIns, loadPlugins } from './entries.js';
import { checkClaims, order, type PlannedPart, type Wiring, wire } from './graph.js';
import { type Manifest, manifestSchema } from './manifest-schema.js';
import { checkParts } from './part-check.js';
import { ManifestError, type Problem, Problems } from './problem.js';
import { checkAgainst } from './schema-check.js';
import type { SecretUse } from './secrets.js';
import { narrow } from './selection.js';
import { checkReferences, configure } from './settings.js';
import { isObject, type Located, loadManifest, locate, pathOf } from './source.js';
import { didYouMean } from './suggest.js';

export type { BuiltIn } from './entries.js';

export interface PlanOptions {
  readonly builtIns: BuiltIns;
  /** Where plugins are resolved from; default the working folder. */
  readonly folder?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Only these of the manifest's services, and what they need; all that is left out is neither checked nor set up. */
  readonly services?: readonly string[];
  /** Keeps problems in the plan where it can go on, instead of throwing them: to look at, not to boot. */
  readonly tolerant?: boolean;
  /** Plugins that are in memory already, by the name under which a manifest uses them. */
  readonly given?: Readonly<Record<string, PartDescriptor>>;
}

export interface Plan {
  readonly file: string;
  readonly adopter: string;
  readonly manifest: Manifest;
  /** Providers before users. */
  readonly parts: readonly PlannedPart[];
  readonly wiring: Wiring;
  readonly secrets: readonly SecretUse[];
  /** Names of the parts that run in the whole house and not in this plan. */
  readonly leftOut: readonly string[];
  /** Where each value of the manifest stands. */
  readonly located: Located;
  /** None, unless the plan was made in the tolerant way. */
  readonly problems: readonly Problem[];
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
  if (!located) throw new ManifestError(problems.sorted());
  checkShape(located, problems, options.tolerant ?? false);
  const manifest = located.value as Manifest;
  const plugins = await loadPlugins(manifest, options.folder ?? process.cwd(), options.given ?? {}, located, problems);
  const whole = [...plugins, ...chooseBuiltIns(plugins, manifest, options.builtIns, located, problems)];
  checkNames(options.services ?? [], manifest, located, problems);
  const loaded = options.services ? narrow(whole, options.services, options.builtIns) : whole;
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
  const lacksSecret = ({ name, kind }: PlannedPart) => secrets.some((s) => !s.found && s.pointer.startsWith(`${pathOf(kind, name)}/`));
  const checkable = problems.othersThan('SECRET_MISSING') ? [] : parts.filter((part) => !lacksSecret(part));
  await checkParts(checkable, parts, manifest, dirname(file), located, problems);
  if (!options.tolerant) problems.throwIfAny();
  const leftOut = whole.filter((entry) => !loaded.includes(entry)).map(({ entry }) => entry.name);
  return { file, adopter: dirname(file), manifest, parts: ordered, wiring, secrets, leftOut, located, problems: problems.sorted() };
}

/** Services that were asked for and that the manifest does not list. */
function checkNames(asked: readonly string[], manifest: Manifest, located: Located, problems: Problems): void {
  const known = Object.keys(manifest.services);
  for (const name of asked.filter((service) => !Object.hasOwn(manifest.services, service))) {
    const hint = didYouMean(name, known) || `; listed are: ${known.join(', ') || 'none'}`;
    problems.add(locate(located, '/services'), 'SERVICE_NOT_LISTED', `this manifest lists no service '${name}'${hint}`);
  }
}

/** Shape errors that would make what follows meaningless end the check here; all others are kept and it goes on. */
function checkShape(located: Located, problems: Problems, tolerant: boolean): void {
  const { findings } = checkAgainst(manifestSchema, located.value, '');
  let fatal = !isObject(located.value);
  for (const finding of findings) {
    problems.add(locate(located, finding.pointer, finding.part), `MANIFEST_${finding.code}`, finding.message);
    // A manifest that others extend need not have a name of its own.
    const isBase = tolerant && finding.pointer === '' && finding.code === 'MISSING_KEY';
    const breaks = /^(|\/(plugins|services)(\/[^/]*(\/(use|version))?)?)$/.test(finding.pointer) && finding.code !== 'UNKNOWN_KEY';
    fatal ||= breaks && !isBase;
  }
  if (fatal) problems.throwIfAny();
}
