import type { Auth } from '../api/ports/auth.js';
import type { Actor } from '../api/ports/routes.js';
import { refuse } from './errors.js';

type Headers = Readonly<Record<string, string | undefined>>;

/**
 * Who may use a route: nobody, unless one of the auth plugins knows the caller and the caller holds the scope.
 * Throws a Refusal: 401 UNAUTHENTICATED, 403 SCOPE_MISSING, or the plugin's own for a credential it knows to be bad.
 */
export async function authorize(auths: readonly Auth[], headers: Headers, scope: string): Promise<Actor> {
  const actor = await identify(auths, headers);
  // RFC 6750 section 3: a request without credentials is told the scheme and no error code.
  if (!actor) throw refuse('UNAUTHENTICATED', undefined, { headers: { 'www-authenticate': 'Bearer' } });
  if (!actor.scopes.includes(scope)) {
    const challenge = `Bearer error="insufficient_scope", scope="${scope}"`;
    throw refuse('SCOPE_MISSING', `This needs the scope ${scope}.`, { headers: { 'www-authenticate': challenge } });
  }
  return actor;
}

/** The first plugin that knows the credential decides; one that fails, fails the request and lets nobody else decide. */
async function identify(auths: readonly Auth[], headers: Headers): Promise<Actor | null> {
  for (const auth of auths) {
    const actor = await auth.authenticate(headers);
    if (actor === null) continue;
    // A text has `includes` too, and would hold the scope of every name that is part of it.
    if (typeof actor?.id === 'string' && actor.id !== '' && Array.isArray(actor.scopes)) return actor;
    throw new TypeError('an auth plugin gave something that is no actor');
  }
  return null;
}
