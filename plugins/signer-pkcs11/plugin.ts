import { definePlugin } from '@divoc/core/api';
import { signer } from '@divoc/core/internal';
import { signerOf } from './src/signer.js';
import { openToken } from './src/token.js';
import { type Choice, keysOf } from './src/token-keys.js';

interface Config extends Choice {
  readonly module: string;
  readonly token: string;
  readonly pin: string;
}

const instant = { type: 'string', format: 'date-time' };

export default definePlugin<Config>()({
  id: 'signer-pkcs11',
  summary: 'Ed25519 and P-256 keys in a hardware security module, which they never leave (PKCS #11).',
  config: {
    type: 'object',
    additionalProperties: false,
    required: ['module', 'token', 'pin'],
    properties: {
      module: { type: 'string', pattern: '^/', description: "The maker's PKCS #11 library, e.g. /usr/lib/softhsm/libsofthsm2.so." },
      token: { type: 'string', minLength: 1, maxLength: 32, description: 'Label of the token.' },
      pin: { type: 'string', minLength: 1, 'x-secret': true, description: "The user's PIN." },
      active: {
        type: 'object',
        default: {},
        description: 'Which key signs, by purpose; needed for a purpose that has several.',
        additionalProperties: { type: 'string', pattern: '^z(6Mk|Dn)' },
      },
      ended: {
        type: 'object',
        default: {},
        description: 'Keys that were revoked, or expire, by id.',
        additionalProperties: {
          type: 'object',
          additionalProperties: false,
          properties: { revoked: instant, expires: instant },
        },
      },
    },
  },
  provides: { signer },
  async setup({ config: { module, token: label, pin, active, ended }, clock }) {
    const token = openToken({ module, label, pin });
    const keys = () => token.run(async (session) => keysOf(session, { active, ended }, clock.now()));
    // What is wrong is told before anything is served.
    await keys();
    return {
      ports: { signer: signerOf(token, keys) },
      async health() {
        try {
          await keys();
          return { status: 'pass' };
        } catch (error) {
          return { status: 'fail', detail: (error as Error).message };
        }
      },
      stop: () => token.close(),
    };
  },
});
