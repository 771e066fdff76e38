import { createHash, createHmac, randomBytes } from 'node:crypto';
import type { State } from '@divoc/core/api';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * Makes actor ids of subjects. They stand in audit logs for ever, so they are stable and say nothing of a person:
 * `oidc:<issuer>:<uuid>` for a provider whose subjects are random UUIDs (Keycloak), so that its administrator can find
 * them; for all others `oidc:<issuer>:<hash>` under a key of this deployment, since a subject may be an e-mail address
 * or a number that could be tried out. `<issuer>` is a hash too: the same subject of another issuer is somebody else.
 */
export function actorIds(issuer: string, state: State): (subject: string) => Promise<string> {
  const tag = createHash('sha256').update(issuer).digest('base64url').slice(0, 8);
  let key: Promise<Buffer> | undefined;
  const keyOnce = (): Promise<Buffer> => {
    key ??= keyOf(state).catch((error: unknown) => {
      key = undefined;
      throw error;
    });
    return key;
  };
  return async (subject) => {
    if (UUID.test(subject)) return `oidc:${tag}:${subject.toLowerCase()}`;
    return `oidc:${tag}:${createHmac('sha256', await keyOnce())
      .update(subject, 'utf8')
      .digest('base64url')}`;
  };
}

/** Made by the first process that needs it; the others find it. */
async function keyOf(state: State): Promise<Buffer> {
  await state.put('subject-key', randomBytes(32).toString('base64url'), 0);
  const kept = (await state.get('subject-key'))?.value;
  if (typeof kept !== 'string') throw new Error('the key of actor ids is neither there nor can it be made');
  return Buffer.from(kept, 'base64url');
}
