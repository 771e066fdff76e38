import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { planAdopter } from '../../core/cli/deployment.js';
import { describePlan } from '../../core/cli/described-plan.js';
import { root } from './sources.js';

const SCOPE = /^(public|[a-z]+(-[a-z]+)*:[a-z]+(-[a-z]+)*)$/;

describe('scopes', () => {
  it('of all routes stand in one golden file', async () => {
    const { routes } = describePlan(await planAdopter(join(root, 'adopters/demo'), {}));
    const lines = routes.map(({ method, path, scope, part }) => `${method.padEnd(6)} ${path}  ${scope}  ${part}`);
    const byPath = lines.sort((a, b) => (a.slice(7) < b.slice(7) ? -1 : 1));
    await expect(`${byPath.join('\n')}\n`).toMatchFileSnapshot(join(root, 'test/architecture/scopes.txt'));
    expect(routes.filter(({ scope }) => !SCOPE.test(scope))).toEqual([]);
  });

  it.each(['', 'Public', 'certificates', 'certificates:', 'certificates:*', 'Certificates:read', 'a:b:c'])(
    'are not written "%s"',
    (scope) => expect(scope).not.toMatch(SCOPE),
  );
});
