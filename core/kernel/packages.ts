import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { satisfies, subset, validRange } from 'semver';
import { KERNEL_API_VERSION, type PartDescriptor } from '../api/plugin.js';

export interface LoadedPackage {
  readonly packageName: string;
  readonly version: string;
  /** Where its files are, without symbolic links: as stacks name them. */
  readonly folder: string;
  readonly descriptor: PartDescriptor;
}
export interface PackageFault {
  readonly code: string;
  readonly message: string;
  /** Which member of the manifest's entry is to blame. */
  readonly member: 'use' | 'version';
}

interface PackageJson {
  readonly version: string;
  readonly divoc?: { readonly id?: string; readonly kernelApi?: string };
}

/** `payment-free` is `@divoc/payment-free`; a scoped name is literal. */
export const packageNameOf = (use: string): string => (use.startsWith('@') ? use : `@divoc/${use}`);

/** Finds a package's folder in the deployment's node_modules, from the working folder upwards. */
function findPackage(packageName: string, folder: string): string | undefined {
  for (let at = resolve(folder); ; at = dirname(at)) {
    const candidate = join(at, 'node_modules', packageName);
    if (existsSync(join(candidate, 'package.json'))) return candidate;
    if (dirname(at) === at) return undefined;
  }
}

const isDescriptor = (value: unknown): value is PartDescriptor =>
  typeof value === 'object' && value !== null && (value as { $divoc?: unknown }).$divoc === 'part';

const fault = (member: PackageFault['member'], code: string, message: string): PackageFault => ({ code, member, message });

/** Loads a plugin: all that its package.json can say against it is said before it is imported. */
export async function loadPackage(use: string, range: string | undefined, folder: string): Promise<LoadedPackage | PackageFault> {
  const packageName = packageNameOf(use);
  const home = findPackage(packageName, folder);
  if (!home) return fault('use', 'PLUGIN_NOT_INSTALLED', `the plugin ${packageName} is not installed; run: npm install ${packageName}`);
  const { version, divoc } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as PackageJson;
  const noPlugin = (message: string) => fault('use', 'PLUGIN_NOT_A_PLUGIN', `${packageName} ${message}`);
  if (!divoc?.id || !divoc.kernelApi) return noPlugin('is not a DIVOC plugin: its package.json has no "divoc": { "id", "kernelApi" }');
  const fits = divoc.kernelApi;
  // A range without an upper bound promises to fit kernels that nobody has written yet.
  if (!validRange(fits) || !subset(fits, '<1000000.0.0') || !satisfies(KERNEL_API_VERSION, fits)) {
    const made = `${packageName} ${version} is made for kernel API ${fits}, this kernel has ${KERNEL_API_VERSION}`;
    return fault('use', 'PLUGIN_KERNEL_API', `${made}; install another version of it`);
  }
  if (range !== undefined && !validRange(range))
    return fault('version', 'PLUGIN_VERSION', `"${range}" is not a version range; write ^${version}, for example`);
  if (range !== undefined && !satisfies(version, range)) {
    const installed = `${packageName} ${version} is installed, which is not in ${range}`;
    return fault('version', 'PLUGIN_VERSION', `${installed}; install a version that is, or change the range`);
  }
  try {
    const entry = createRequire(join(home, 'package.json')).resolve(packageName);
    const { default: descriptor } = (await import(pathToFileURL(entry).href)) as { default?: unknown };
    if (!isDescriptor(descriptor)) return noPlugin('does not export a plugin as its default; it should export definePlugin<…>()({…})');
    if (descriptor.id !== divoc.id)
      return noPlugin(`calls itself ${descriptor.id} in code and ${divoc.id} in package.json; its author must mend that`);
    return { packageName, version, folder: realpathSync(home), descriptor };
  } catch (error) {
    return fault('use', 'PLUGIN_IMPORT_FAILED', `${packageName} could not be loaded: ${(error as Error).message.split('\n')[0]}`);
  }
}
