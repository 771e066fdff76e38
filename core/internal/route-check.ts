import type { RouteDeclaration, Routes } from '../api/ports/routes.js';

/** What is wrong with a part's routes: mistakes of its author, found before anybody is served. */
export function routeMistakes({ table, handlers }: Routes): string[] {
  const undeclared = Object.keys(handlers).filter((name) => !Object.hasOwn(table.routes, name));
  return [
    ...undeclared.map((name) => `handler ${name} has no route`),
    ...Object.entries(table.routes).flatMap(([name, route]) => {
      const mistakes = declarationMistakes(route);
      if (!Object.hasOwn(handlers, name)) mistakes.push('has no handler');
      return mistakes.map((mistake) => `route ${name} ${mistake}`);
    }),
  ];
}

function declarationMistakes({ method, path, scope, body, raw, idempotent }: RouteDeclaration): string[] {
  const rules: [boolean, string][] = [
    [path !== '' && !path.startsWith('/'), 'must have a path that starts with /'],
    [path.includes('*'), 'must not use * in its path'],
    [/[{}]/.test(path.replace(/\{\w+\}/g, '')), 'must write its parameters as {name}'],
    [scope !== 'public' && !/^[a-z][a-z0-9-]*:[a-z][a-z0-9-]*$/.test(scope), "must have a scope <service>:<verb>, or 'public'"],
    [method === 'GET' && (body ?? raw) !== undefined, 'is a GET and takes no body'],
    [body !== undefined && raw !== undefined, 'takes its body parsed or raw, not both'],
    [raw !== undefined && !areEssences(raw.mediaTypes), 'must list the media types of its raw body in lower case, without parameters'],
    // Anonymous callers would share their keys, and with them their replies.
    [idempotent === true && scope === 'public', 'is public and so cannot be idempotent'],
  ];
  return rules.flatMap(([broken, mistake]) => (broken ? [mistake] : []));
}

const areEssences = (mediaTypes: readonly string[]): boolean =>
  mediaTypes.length > 0 && mediaTypes.every((type) => /^[a-z]+\/[a-z0-9!#$&^_.+-]+$/.test(type));
