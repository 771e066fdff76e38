import { resolve } from 'node:path';
import type { Finding } from '../api/plugin.js';
import { declaredBy, type PlannedPart } from './graph.js';
import type { Manifest } from './manifest-schema.js';
import { type Position, Problems } from './problem.js';
import { type Located, locate, pathOf, readYaml } from './source.js';

/** Asks each part what only it can know to be wrong: in its settings, and in the adopter's files that it reads. */
export async function checkParts(
  parts: readonly PlannedPart[],
  all: readonly PlannedPart[],
  manifest: Manifest,
  adopter: string,
  located: Located,
  problems: Problems,
): Promise<void> {
  for (const part of parts) {
    try {
      const declared = (port: { readonly id: string }) => declaredBy(all, port.id);
      const context = { config: part.config, instance: part.name, profile: manifest.profile, adopter, declared };
      for (const finding of (await part.descriptor.check?.(context as never)) ?? []) {
        problems.add(positionOf(finding, part, adopter, located), finding.code, finding.message);
      }
    } catch (error) {
      problems.add(part.position, 'PART_CHECK_FAILED', `${part.name} could not check itself: ${(error as Error).message}`);
    }
  }
}

function positionOf({ file, line, column, pointer: at = '' }: Finding, part: PlannedPart, adopter: string, located: Located): Position {
  if (file === undefined) {
    return locate(located, `${pathOf(part.kind, part.name)}/with${at}`);
  }
  const full = resolve(adopter, file);
  if (line !== undefined) return { file: full, line: Math.max(line, 1), column: Math.max(column ?? 1, 1) };
  // JSON is YAML. A pointer into a part of a whole may be found in none of its files: then the file itself is named.
  const source = readYaml(full, new Problems());
  return source ? locate(source, at) : { file: full, line: 1, column: 1 };
}
