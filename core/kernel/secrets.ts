import { readFileSync } from 'node:fs';
import type { Problems } from './problem.js';
import { isObject, type Located, locate, pointer } from './source.js';

/** A `{ $secret: NAME }` that was found, and whether a value stands behind it. */
export interface SecretUse {
  readonly pointer: string;
  readonly name: string;
  readonly found: boolean;
}

const NAME = /^[A-Z][A-Z0-9_]*$/;

/** The value of NAME, or the content of the file that NAME_FILE names. */
function lookUp(name: string, env: NodeJS.ProcessEnv): string | undefined {
  if (env[name] !== undefined) return env[name];
  const file = env[`${name}_FILE`];
  return file === undefined ? undefined : readFileSync(file, 'utf8').replace(/\r?\n$/, '');
}

/**
 * Copies `value`, with each secret reference replaced by the secret itself.
 * Notes references that are misspelt or have nothing behind them.
 */
export function resolveSecrets(
  value: unknown,
  path: string,
  located: Located,
  env: NodeJS.ProcessEnv,
  problems: Problems,
): { value: unknown; secrets: SecretUse[] } {
  const secrets: SecretUse[] = [];
  const walk = (node: unknown, at: string): unknown => {
    if (Array.isArray(node)) return node.map((item, i) => walk(item, pointer(at, i)));
    if (!isObject(node)) return node;
    if (!('$secret' in node)) return Object.fromEntries(Object.entries(node).map(([key, child]) => [key, walk(child, pointer(at, key))]));
    const name = node.$secret;
    if (Object.keys(node).length !== 1 || typeof name !== 'string' || !NAME.test(name)) {
      problems.add(
        locate(located, at),
        'SECRET_REFERENCE',
        'a secret is written { $secret: NAME }, NAME being an environment variable in capitals',
      );
      return '';
    }
    const secret = lookUp(name, env);
    secrets.push({ pointer: at, name, found: secret !== undefined });
    if (secret === undefined)
      problems.add(
        locate(located, at),
        'SECRET_MISSING',
        `the secret ${name} is not set; set ${name}, or ${name}_FILE to a file that holds it`,
      );
    return secret ?? '';
  };
  return { value: walk(value, path), secrets };
}
