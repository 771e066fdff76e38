import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Logger, PartContext, PartDescriptor } from '../api/plugin.js';
import { type CredentialFormat, credentialFormat } from '../api/ports/credential-format.js';
import { systemClock } from '../kernel/boot.js';
import { portOf } from '../kernel/graph.js';
import { loadPackage } from '../kernel/packages.js';
import { checkAgainst } from '../kernel/schema-check.js';

export interface InstalledFormats {
  /** By the names of their packages without `credential-`, and in their order: `hcert`, `ldp`. */
  readonly formats: Readonly<Record<string, CredentialFormat>>;
  /** Why a package that is installed cannot be used here, in one sentence each. */
  readonly leftOut: readonly string[];
}

/**
 * The credential formats of all packages `@divoc/credential-*` that are installed in `folder` or above it.
 *
 * There is no manifest: a format is set up by itself, with the defaults of its settings. One that needs more is left out,
 * and so is one that is broken or not built: the others verify all the same.
 */
export async function installedFormats(folder: string, home: string, log: (part: string) => Logger): Promise<InstalledFormats> {
  const formats: Record<string, CredentialFormat> = {};
  const leftOut: string[] = [];
  for (const name of packagesAbove(folder)) {
    try {
      const loaded = await loadPackage(name, undefined, folder);
      if (!('descriptor' in loaded)) {
        leftOut.push(loaded.message);
        continue;
      }
      const { descriptor } = loaded;
      const context = { instance: descriptor.id, tenant: 'main', profile: 'production', home, adopter: resolve(folder) } as const;
      const found = await formatsOf(descriptor, { ...context, config: {}, log: log(descriptor.id), clock: systemClock });
      const short = name.slice(name.indexOf('credential-') + 'credential-'.length);
      for (const [at, format] of found.entries()) formats[at === 0 ? short : `${short}-${at + 1}`] = format;
    } catch (error) {
      leftOut.push(`${name} cannot be used without a manifest: ${firstLine(error)}`);
    }
  }
  return { formats, leftOut };
}

/** Of whatever was thrown. */
const firstLine = (error: unknown): string => (error instanceof Error ? error.message : String(error)).split('\n')[0] as string;

/** Names of the packages, those of the nearest node_modules and of all above it. */
function packagesAbove(folder: string): string[] {
  const names = new Set<string>();
  for (let at = resolve(folder); ; at = dirname(at)) {
    const scope = join(at, 'node_modules', '@divoc');
    // A workspace's link stays behind when its folder is taken away: what it named is not installed.
    const found = existsSync(scope) ? readdirSync(scope).filter((name) => existsSync(join(scope, name))) : [];
    for (const name of found) if (name.startsWith('credential-')) names.add(`@divoc/${name}`);
    if (dirname(at) === at) return [...names].sort();
  }
}

async function formatsOf(descriptor: PartDescriptor, context: PartContext): Promise<CredentialFormat[]> {
  const { findings } = checkAgainst(descriptor.config ?? { type: 'object' }, context.config, descriptor.id);
  if (findings[0]) throw new Error(findings[0].message);
  const needs = Object.entries(descriptor.uses);
  const missing = needs.find(([, { arity }]) => arity === 'one');
  if (missing) throw new Error(`it needs ${missing[1].port.id}`);
  const ports = Object.fromEntries(needs.map(([key, { arity }]) => [key, arity === 'many' ? {} : undefined]));
  const part = await descriptor.setup(context as PartContext<never>, ports as never);
  const formats = Object.entries(descriptor.provides).flatMap(([key, provided]) =>
    portOf(provided).id === credentialFormat.id ? [part.ports[key]] : [],
  );
  if (formats.length === 0) throw new Error(`it provides no ${credentialFormat.id}`);
  if (!formats.every(isFormat)) throw new Error(`what it provides is no ${credentialFormat.id}`);
  return formats;
}

const isFormat = (value: unknown): value is CredentialFormat =>
  typeof value === 'object' &&
  value !== null &&
  ['recognises', 'open'].every((name) => typeof (value as Record<string, unknown>)[name] === 'function');
