import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Auth } from '@divoc/core/api';
import { type AuthSubject, authContract, handClock, holdTo, setUpPart } from '@divoc/core/testkit';
import { it, onTestFinished } from 'vitest';
import plugin from '../plugin.js';

const ROLES = { nurse: ['vaccination:record'], clerk: ['registry:read', 'registry:write'], stranger: [] };

async function subject(): Promise<AuthSubject> {
  const clock = handClock();
  const start = async (config: object): Promise<Required<Auth>> => {
    const home = mkdtempSync(join(tmpdir(), 'auth-'));
    onTestFinished(() => rmSync(home, { recursive: true, force: true }));
    return startIn(home, config);
  };
  const startIn = async (home: string, config: object): Promise<Required<Auth>> =>
    (await setUpPart(plugin, { config, profile: 'development', home, clock })).ports.auth as Required<Auth>;
  const mintWith = async (auth: Required<Auth>, role: string, name: string, validForSeconds = 3600) => ({
    authorization: `Bearer ${await auth.mint({ role, name, validForSeconds })}`,
  });

  const auth = await start({ roles: ROLES });
  const expired = await mintWith(auth, 'nurse', 'asha', 60);
  clock.pass(120);
  return {
    auth,
    nurse: { headers: await mintWith(auth, 'nurse', 'asha'), scopes: ROLES.nurse },
    clerk: { headers: await mintWith(auth, 'clerk', 'ravi'), scopes: ROLES.clerk },
    expired,
    // Another folder has another key.
    forged: await mintWith(await start({ roles: ROLES }), 'nurse', 'asha'),
    unknownRole: await mintWith(auth, 'stranger', 'mallory'),
    foreign: { authorization: `Bearer ${foreignToken()}` },
  };
}

/** A JWT of somebody else's. */
function foreignToken(): string {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const input = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode({ iss: 'https://sso.example', sub: 'asha' })}`;
  return `${input}.${createHmac('sha256', 'theirs').update(input).digest('base64url')}`;
}

holdTo(it, authContract, subject);
