import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { satisfies, subset, validRange } from 'semver';
import { KERNEL_API_VERSION, type PartDescriptor } from '../api/plugin.js';

export interface LoadedPackage {
  readonly packageName: string;
  readonly version: string;
  readonly descriptor: PartDescriptor;
}
export interface PackageFault {
  readonly code: string;
  readonly message: string;
  /** Which member of the manifest's entry is to blame. */
  readonly member: 'use' | 'version';
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

/** Loads a plugin: all that its package.json can say against it is said before it is imported. */
export async function loadPackage(use: string, range: string | undefined, folder: string): Promise<LoadedPackage | PackageFault> {
  const packageName = packageNameOf(use);
  const home = findPackage(packageName, folder);
  if (!home)
    return {
      code: 'PLUGIN_NOT_INSTALLED',
      member: 'use',
      message: `the plugin ${packageName} is not installed; run: npm install ${packageName}`,
    };
  const meta = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as {
    version: string;
    divoc?: { id?: string; kernelApi?: string };
  };
  if (!meta.divoc?.id || !meta.divoc.kernelApi) {
    return {
      code: 'PLUGIN_NOT_A_PLUGIN',
      member: 'use',
      message: `${packageName} is not a DIVOC plugin: its package.json has no "divoc": { "id", "kernelApi" }`,
    };
  }
  const fits = meta.divoc.kernelApi;
  // A range without an upper bound promises to fit kernels that nobody has written yet.
  if (!validRange(fits) || !subset(fits, '<1000000.0.0') || !satisfies(KERNEL_API_VERSION, fits)) {
    return {
      code: 'PLUGIN_KERNEL_API',
      member: 'use',
      message: `${packageName} ${meta.version} is made for kernel API ${fits}, this kernel has ${KERNEL_API_VERSION}; install another version of it`,
    };
  }
  if (range !== undefined && !validRange(range)) {
    return { code: 'PLUGIN_VERSION', member: 'version', message: `"${range}" is not a version range; write ^${meta.version}, for example` };
  }
  if (range !== undefined && !satisfies(meta.version, range)) {
    return {
      code: 'PLUGIN_VERSION',
      member: 'version',
      message: `${packageName} ${meta.version} is installed, which is not in ${range}; install a version that is, or change the range`,
    };
  }
  try {
    const entry = createRequire(join(home, 'package.json')).resolve(packageName);
    const module = (await import(pathToFileURL(entry).href)) as { default?: unknown };
    if (!isDescriptor(module.default))
      return {
        code: 'PLUGIN_NOT_A_PLUGIN',
        member: 'use',
        message: `${packageName} does not export a plugin as its default; it should export definePlugin<…>()({…})`,
      };
    if (module.default.id !== meta.divoc.id) {
      return {
        code: 'PLUGIN_NOT_A_PLUGIN',
        member: 'use',
        message: `${packageName} calls itself ${module.default.id} in code and ${meta.divoc.id} in package.json; its author must mend that`,
      };
    }
    return { packageName, version: meta.version, descriptor: module.default };
  } catch (error) {
    return {
      code: 'PLUGIN_IMPORT_FAILED',
      member: 'use',
      message: `${packageName} could not be loaded: ${(error as Error).message.split('\n')[0]}`,
    };
  }
}
