import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { segmentsOf } from '../api/json-pointer.js';
import type { PartDescriptor } from '../api/plugin.js';
import type { Entry } from './entries.js';
import { type PlannedPart, providersOf } from './graph.js';
import type { Manifest } from './manifest-schema.js';
import { packageNameOf } from './packages.js';
import type { Problems } from './problem.js';
import { checkAgainst } from './schema-check.js';
import { resolveSecrets, type SecretUse } from './secrets.js';
import { type Located, locate, pointer } from './source.js';
import { didYouMean } from './suggest.js';

const NO_SETTINGS = { type: 'object', additionalProperties: false } as const;

/** Fills in secrets and defaults, and notes what does not fit the part's schema. */
export function configure(
  entry: Entry,
  descriptor: PartDescriptor,
  located: Located,
  env: NodeJS.ProcessEnv,
  problems: Problems,
  secrets: SecretUse[],
): unknown {
  const path = pointer(entry.path, 'with');
  const resolved = resolveSecrets(entry.settings ?? {}, path, located, env, problems);
  const schema = descriptor.config ?? NO_SETTINGS;
  const { findings, annotations } = checkAgainst(schema, resolved.value, entry.name);
  for (const f of findings) {
    const secret = resolved.secrets.find((s) => s.pointer === path + f.pointer);
    // What stands behind a secret is not shown, and one that is not set has been reported already.
    if (!secret || secret.found || f.part === 'key')
      problems.add(locate(located, path + f.pointer, f.part), `CONFIG_${f.code}`, secret ? (f.discreet ?? f.message) : f.message);
  }
  for (const annotation of annotations) {
    const at = path + annotation.pointer;
    const secret = resolved.secrets.find((s) => s.pointer === at);
    if (annotation.keyword === 'x-secret' && !secret) {
      problems.add(
        locate(located, at),
        'CONFIG_LITERAL_SECRET',
        `${entry.name}${annotation.pointer.replaceAll('/', '.')} is a secret and may not stand in a manifest; write { $secret: NAME }`,
      );
    }
    if (annotation.keyword === 'x-file' && typeof annotation.value === 'string') {
      const position = locate(located, at);
      const file = resolve(dirname(position.file), annotation.value);
      setAt(resolved.value, annotation.pointer, file);
      if (!existsSync(file)) {
        problems.add(
          position,
          'CONFIG_FILE_MISSING',
          `there is no file '${annotation.value}' beside this manifest; create it or correct the path`,
        );
      }
    }
  }
  for (const secret of resolved.secrets) {
    if (annotations.some((a) => a.keyword === 'x-secret' && path + a.pointer === secret.pointer)) secrets.push(secret);
    // A key that is not known has been reported as that.
    else if (!findings.some((f) => f.part === 'key' && path + f.pointer === secret.pointer))
      problems.add(
        locate(located, secret.pointer),
        'CONFIG_NOT_A_SECRET',
        'this setting is not a secret and could be shown; write the value itself',
      );
  }
  return resolved.value;
}

/** A manifest may extend another one elsewhere, so a file is beside the one that names it: parts get its whole path. */
function setAt(value: unknown, at: string, file: string): void {
  const names = segmentsOf(at);
  const parent = names.slice(0, -1).reduce<unknown>((node, name) => (node as Record<string, unknown>)[name], value);
  (parent as Record<string, unknown>)[names.at(-1) as string] = file;
}

/** Every setting that names an instance must name one that exists and provides the port. */
export function checkReferences(
  parts: readonly PlannedPart[],
  entries: readonly Entry[],
  manifest: Manifest,
  located: Located,
  problems: Problems,
): void {
  for (const part of parts) {
    const entry = entries.find((e) => e.name === part.name)!;
    if (!part.descriptor.config) continue;
    const { annotations } = checkAgainst(part.descriptor.config, part.config, part.name);
    for (const { keyword, pointer: at, value, wants } of annotations) {
      if (keyword !== 'x-instance' || typeof value !== 'string') continue;
      const position = locate(located, `${entry.path}/with${at}`);
      const fitting = providersOf(parts, String(wants)).map((p) => p.name);
      if (!Object.hasOwn(manifest.plugins, value)) {
        problems.add(
          position,
          'MANIFEST_UNKNOWN_INSTANCE',
          `no plugin instance named '${value}'${didYouMean(value, fitting) || didYouMean(value, Object.keys(manifest.plugins))}`,
        );
      } else if (parts.some((p) => p.name === value) && !fitting.includes(value)) {
        const offer = fitting.length > 0 ? `; these do: ${fitting.join(', ')}` : `; add a plugin that does`;
        problems.add(
          position,
          'MANIFEST_WRONG_PORT',
          `'${value}' (${packageNameOf(manifest.plugins[value]!.use)}) does not provide ${wants}${offer}`,
        );
      }
    }
  }
}
