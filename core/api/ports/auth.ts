import { definePort } from '../port.js';
import type { Actor } from './routes.js';

export interface Auth {
  /**
   * Who sends these headers? null when they carry nothing this plugin knows; a Refusal (401) when they carry
   * something that it knows to be bad (expired, forged).
   */
  authenticate(headers: Readonly<Record<string, string | undefined>>): Promise<Actor | null>;
  /**
   * Mints a token for `role`, for somebody called `name` (the actor's id, so that who records and who reads are one);
   * only plugins that issue tokens themselves have it. Throws an Error for a role that is not configured.
   */
  mint?(request: { readonly role: string; readonly name: string; readonly validForSeconds: number }): Promise<string>;
}

export const auth = definePort<Auth>('auth', 0, { methods: ['authenticate'] });
