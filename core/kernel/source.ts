import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import type { Position, Problems } from './problem.js';

/** Where a key and its value stand. */
export interface Origin {
  readonly key: Position;
  readonly value: Position;
}

/** A value merged from one or more files, and for each JSON Pointer in it where it came from. */
export interface Located {
  value: unknown;
  origins: Map<string, Origin>;
}

type Plain = Record<string, unknown>;
export const isObject = (value: unknown): value is Plain => typeof value === 'object' && value !== null && !Array.isArray(value);

/** RFC 6901. */
export const pointer = (parent: string, key: string | number): string =>
  `${parent}/${String(key).replace(/~/g, '~0').replace(/\//g, '~1')}`;

/** Where a manifest lists a part. */
export const pathOf = (kind: 'plugin' | 'built-in', name: string): string => pointer(kind === 'plugin' ? '/plugins' : '/services', name);

/** Reads one YAML file (1.2, no aliases, no custom tags); undefined when it cannot be read, with the problems noted. */
export function readYaml(file: string, problems: Problems, from?: Position): Located | undefined {
  const top = { file, line: 1, column: 1 };
  if (!existsSync(file)) {
    problems.add(from ?? top, 'MANIFEST_FILE_MISSING', `there is no file ${from ? 'at this path' : 'here'}; create it or correct the path`);
    return undefined;
  }
  const lines = new LineCounter();
  const document = parseDocument(readFileSync(file, 'utf8'), { lineCounter: lines, uniqueKeys: true, strict: true });
  const at = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  for (const error of [...document.errors, ...document.warnings]) {
    problems.add(at(error.pos[0]), 'MANIFEST_YAML', error.message.split(' at line')[0]!.trim());
  }
  if (document.errors.length > 0) return undefined;
  const origins = new Map<string, Origin>();
  const walk = (node: Node | null, path: string, key: Position): unknown => {
    const value = node?.range ? at(node.range[0]) : key;
    origins.set(path, { key, value });
    if (isMap(node)) {
      const result: Plain = Object.create(null) as Plain;
      for (const pair of node.items) {
        const keyNode = pair.key as Node;
        const name = isScalar(keyNode) ? String(keyNode.value) : '';
        result[name] = walk(pair.value as Node | null, pointer(path, name), keyNode.range ? at(keyNode.range[0]) : value);
      }
      return result;
    }
    if (isSeq(node)) return node.items.map((item, i) => walk(item as Node, pointer(path, i), at((item as Node).range?.[0] ?? 0)));
    if (isScalar(node)) return node.value;
    if (node !== null) problems.add(value, 'MANIFEST_YAML', 'anchors and aliases are not used in manifests; write the value out');
    return null;
  };
  return { value: walk(document.contents, '', top), origins };
}

/** Lays `over` on `base`: maps merge by key, null removes, all else replaces. Origins follow their values. */
function merge(base: Located, over: Located): Located {
  const origins = new Map(base.origins);
  const forget = (path: string) => {
    for (const known of origins.keys()) if (known === path || known.startsWith(`${path}/`)) origins.delete(known);
  };
  const lay = (under: unknown, upper: unknown, path: string): unknown => {
    if (!isObject(under) || !isObject(upper)) {
      forget(path);
      for (const [known, origin] of over.origins) if (known === path || known.startsWith(`${path}/`)) origins.set(known, origin);
      return upper;
    }
    origins.set(path, over.origins.get(path)!);
    const result: Plain = { ...under };
    for (const [key, value] of Object.entries(upper)) {
      const child = pointer(path, key);
      if (value === null) {
        forget(child);
        delete result[key];
      } else result[key] = lay(result[key], value, child);
    }
    return result;
  };
  return { value: lay(base.value, over.value, ''), origins };
}

/** Reads a manifest and all that it extends, deepest base first. Notes missing files and cycles. */
export function loadManifest(file: string, problems: Problems, from?: Position, chain: readonly string[] = []): Located | undefined {
  const path = resolve(file);
  if (chain.includes(path)) {
    problems.add(
      from!,
      'MANIFEST_EXTENDS_CYCLE',
      `this file is already being extended (${[...chain, path].map((p) => p.split('/').slice(-2).join('/')).join(' → ')}); remove one of the steps`,
    );
    return undefined;
  }
  const own = readYaml(path, problems, from);
  if (own === undefined || !isObject(own.value)) return own;
  const list = own.value.extends;
  let result: Located | undefined;
  if (Array.isArray(list)) {
    list.forEach((entry, i) => {
      if (typeof entry !== 'string') return;
      const base = loadManifest(resolve(dirname(path), entry), problems, own.origins.get(`/extends/${i}`)!.value, [...chain, path]);
      if (base) result = result ? merge(result, base) : base;
    });
  }
  return result ? merge(result, own) : own;
}

/** The position of a pointer, or of its nearest known parent. */
export function locate(located: Located, path: string, part: 'key' | 'value' = 'value'): Position {
  for (let at = path; ; at = at.slice(0, at.lastIndexOf('/'))) {
    const origin = located.origins.get(at);
    if (origin) return at === path ? origin[part] : origin.key;
    if (at === '') throw new Error('a manifest always has a root');
  }
}
