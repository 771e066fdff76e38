import { Refusal } from '../../api/refusal.js';
import type { AuthSubject } from '../auth-contract.js';
import { fakeAuth, fakeAuthPieces as good } from '../fake-auth.js';

/** Auth plugins that are broken on purpose, by the promise that each of them breaks. */
export const brokenAuths: Readonly<Record<string, () => AuthSubject>> = {
  'a good credential is that of an actor with the scopes of its role, and no more': () =>
    fakeAuth({
      actorOf: (claims) => ({
        ...good.actorOf(claims),
        scopes: [...good.actorOf(claims).scopes, ...(claims.role === 'clerk' ? ['all:write'] : [])],
      }),
    }),
  'one person is one actor, another person another': () =>
    fakeAuth({ actorOf: (claims) => ({ ...good.actorOf(claims), id: 'fake:staff' }) }),
  "another plugin's credential, and none, are nobody's: null": () => {
    const subject = fakeAuth();
    return {
      ...subject,
      auth: {
        async authenticate(headers) {
          const actor = await subject.auth.authenticate(headers);
          if (actor || headers.authorization === undefined) return actor;
          throw good.refuse('');
        },
      },
    };
  },
  'an expired credential is refused with 401 and a challenge': () => fakeAuth({ isExpired: () => false }),
  // Leaves a forged token to others, as if it were none of its own.
  'a forged credential is refused with 401 and a challenge': () => {
    const subject = fakeAuth();
    const { forged } = subject;
    return {
      ...subject,
      auth: {
        authenticate: async (headers) => (headers.authorization === forged.authorization ? null : subject.auth.authenticate(headers)),
      },
    };
  },
  'an altered credential lets nobody in': () => {
    const subject = fakeAuth();
    const start = subject.nurse.headers.authorization?.split('.')[1]?.slice(0, 10) ?? '';
    // The first characters of the signature are enough for it.
    return fakeAuth({ isSigned: (token, claims) => good.isSigned(token, claims) || token.split('.')[1]?.startsWith(start) === true });
  },
  'a role that is not configured may nothing': () =>
    fakeAuth({
      actorOf: (claims) => (claims.role === 'stranger' ? { ...good.actorOf(claims), scopes: ['vaccination:read'] } : good.actorOf(claims)),
    }),
  'a refusal repeats nothing of the credential': () =>
    fakeAuth({
      refuse: (token) =>
        new Refusal(401, 'TOKEN_INVALID', `The token ${token} is not valid.`, {
          headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
        }),
    }),
  'strange headers are no fault': () => {
    const subject = fakeAuth();
    return {
      ...subject,
      auth: {
        async authenticate(headers) {
          if (headers.authorization === 'Bearer') throw new TypeError('the token is undefined');
          return subject.auth.authenticate(headers);
        },
      },
    };
  },
};
