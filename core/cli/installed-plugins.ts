import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { PartDescriptor } from '../api/plugin.js';
import { loadPackage } from '../kernel/packages.js';

export interface InstalledPlugins {
  /** By the name of their package, sorted. */
  readonly plugins: ReadonlyMap<string, PartDescriptor>;
  /** Why a plugin that is installed cannot be used here, in one sentence each. */
  readonly leftOut: readonly string[];
}

/** All plugins that a manifest could use in `folder`: packages that say so in their package.json, there or in a folder above. */
export async function installedPlugins(folder: string): Promise<InstalledPlugins> {
  const plugins = new Map<string, PartDescriptor>();
  const leftOut: string[] = [];
  for (const name of namesAbove(folder)) {
    const loaded = await loadPackage(name, undefined, folder);
    if ('descriptor' in loaded) plugins.set(loaded.packageName, loaded.descriptor);
    else leftOut.push(loaded.message);
  }
  return { plugins, leftOut };
}

function namesAbove(folder: string): string[] {
  const names = new Set<string>();
  for (let at = resolve(folder); ; at = dirname(at)) {
    const modules = join(at, 'node_modules');
    // The kernel reads a name without a scope as one of ours, so that only scoped packages can be plugins.
    for (const scope of foldersIn(modules).filter((name) => name.startsWith('@')))
      for (const name of foldersIn(join(modules, scope))) if (isPlugin(join(modules, scope, name))) names.add(`${scope}/${name}`);
    if (dirname(at) === at) return [...names].sort();
  }
}

const foldersIn = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder) : []);

function isPlugin(folder: string): boolean {
  try {
    return (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { divoc?: unknown }).divoc !== undefined;
  } catch {
    return false;
  }
}
