import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { KERNEL_API_VERSION } from '../api/plugin.js';
import { didYouMean } from '../kernel/suggest.js';
import { UsageError } from './command.js';

/** Data, not code: files as they will be, with `{{…}}` where the plugin's own names go. */
const SCAFFOLD = fileURLToPath(new URL('../testkit/scaffold/', import.meta.url));
const EVERY = 'every';
const ENDING = '.tmpl';

interface About {
  /** What the ids of such plugins begin with. */
  readonly prefix: string;
  readonly summary: string;
}

export interface NewPlugin {
  /** The port's name: `payment-scheme`. */
  readonly kind: string;
  /** `payment-cash` */
  readonly id: string;
  /** `@acme/payment-cash` */
  readonly packageName: string;
}

/** Kinds of plugins that can be begun, by the name of their port. */
export const scaffoldKinds = (): string[] => readdirSync(SCAFFOLD).filter((name) => name !== EVERY);

const aboutOf = (kind: string): About => JSON.parse(readFileSync(join(SCAFFOLD, kind, 'about.json'), 'utf8')) as About;

/**
 * What plugin is meant by `channel`, `channel-fax`, `payment-scheme-cash`, `payment-cash` or `@acme/payment-cash`.
 * Throws a UsageError that names the kinds there are.
 */
export function newPluginOf(words: string): NewPlugin {
  const [, scope = '@divoc/', name = ''] = /^(@[a-z0-9][a-z0-9._-]*\/)?([a-z][a-z0-9-]*)$/.exec(words) ?? [];
  const kinds = scaffoldKinds();
  for (const kind of kinds) {
    const { prefix } = aboutOf(kind);
    for (const beginning of [kind, prefix]) {
      if (name !== beginning && !name.startsWith(`${beginning}-`)) continue;
      const id = `${prefix}-${name.slice(beginning.length + 1) || 'example'}`;
      return { kind, id, packageName: scope + id };
    }
  }
  const known = kinds.flatMap((kind) => [kind, aboutOf(kind).prefix]);
  const hint = didYouMean(name.split('-')[0] ?? '', known) || `; there are ${kinds.join(', ')}`;
  throw new UsageError(`'${words}' begins with no kind of plugin${hint}`);
}

/** Writes the files of a new plugin into `folder`, which it makes; gives their paths in it. Throws a UsageError where something stands already. */
export function writePlugin({ kind, id, packageName }: NewPlugin, folder: string): string[] {
  if (existsSync(folder) && readdirSync(folder).length > 0) throw new UsageError(`${folder} is not empty; give another --dir`);
  const { version } = createRequire(import.meta.url)('@divoc/core/package.json') as { version: string };
  const words: Readonly<Record<string, string>> = {
    id,
    name: packageName,
    use: packageName.replace(/^@divoc\//, ''),
    kind,
    port: `${kind}/0`,
    summary: aboutOf(kind).summary,
    core: version,
    kernelApi: KERNEL_API_VERSION,
  };
  return [EVERY, kind].flatMap((source) =>
    filesBelow(join(SCAFFOLD, source)).map((file) => {
      const path = relative(join(SCAFFOLD, source), file).slice(0, -ENDING.length);
      const target = join(folder, path);
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(
        target,
        readFileSync(file, 'utf8').replace(/\{\{(\w+)\}\}/g, (whole, word: string) => words[word] ?? whole),
      );
      return path;
    }),
  );
}

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : path.endsWith(ENDING) ? [path] : [];
  });
