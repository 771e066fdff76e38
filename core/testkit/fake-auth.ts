import { createHmac } from 'node:crypto';
import type { Auth } from '../api/ports/auth.js';
import type { Actor } from '../api/ports/routes.js';
import { Refusal } from '../api/refusal.js';
import type { AuthSubject } from './auth-contract.js';

type Claims = { readonly iss: string; readonly name: string; readonly role: string; readonly exp: number };

const ROLES: Readonly<Record<string, readonly string[]>> = { nurse: ['vaccination:record'], clerk: ['registry:write', 'registry:read'] };
const NOW = 1000;

/** Signed tokens of two parts; `claims.signature`. */
function tokenOf(claims: Claims, key = 'the key of the fake'): string {
  const body = Buffer.from(JSON.stringify(claims)).toString('base64url');
  return `${body}.${createHmac('sha256', key).update(body).digest('base64url')}`;
}

/** The pieces of the fake, so that a broken one differs from it in one of them alone. */
export interface FakeAuthPieces {
  claimsOf(token: string): Claims | undefined;
  isSigned(token: string, claims: Claims): boolean;
  isExpired(claims: Claims): boolean;
  actorOf(claims: Claims): Actor;
  refuse(token: string): unknown;
}

export const fakeAuthPieces: FakeAuthPieces = {
  claimsOf(token) {
    try {
      const claims = JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()) as Claims | null;
      return claims?.iss === 'fake' ? claims : undefined;
    } catch {
      return undefined;
    }
  },
  isSigned: (token, claims) => token === tokenOf(claims),
  isExpired: ({ exp }) => exp <= NOW,
  actorOf: ({ name, role }) => ({ id: `fake:${name}`, roles: [role], scopes: ROLES[role] ?? [] }),
  refuse: () =>
    new Refusal(401, 'TOKEN_INVALID', 'The token is not valid.', { headers: { 'www-authenticate': 'Bearer error="invalid_token"' } }),
};

/** An auth plugin in memory, held to the same contract as the real ones; `changes` break it. */
export function fakeAuth(changes: Partial<FakeAuthPieces> = {}): AuthSubject {
  const pieces = { ...fakeAuthPieces, ...changes };
  const auth: Auth = {
    async authenticate({ authorization }) {
      const token = /^Bearer ([\w.-]+)$/.exec(authorization ?? '')?.[1];
      const claims = token === undefined ? undefined : pieces.claimsOf(token);
      if (token === undefined || !claims) return null;
      if (!pieces.isSigned(token, claims) || pieces.isExpired(claims)) throw pieces.refuse(token);
      return pieces.actorOf(claims);
    },
  };
  const headers = (claims: Partial<Claims> = {}, key?: string) => ({
    authorization: `Bearer ${tokenOf({ iss: 'fake', name: 'asha', role: 'nurse', exp: NOW + 60, ...claims }, key)}`,
  });
  return {
    auth,
    nurse: { headers: headers(), scopes: ROLES.nurse ?? [] },
    clerk: { headers: headers({ name: 'ravi', role: 'clerk' }), scopes: ROLES.clerk ?? [] },
    expired: headers({ exp: NOW - 1 }),
    forged: headers({}, 'another key'),
    unknownRole: headers({ role: 'stranger' }),
    foreign: headers({ iss: 'elsewhere' }),
  };
}
