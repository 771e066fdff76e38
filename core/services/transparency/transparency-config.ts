import type { Finding, JsonSchema } from '../../api/index.js';
import { COSIGNATURE, parseNoteKey } from '../../verifier/transparency/signed-note.js';
import type { Witness } from './witness.js';

export interface TransparencyConfig {
  readonly origin: string;
  /** The part that signs it, where several hold keys. */
  readonly signer?: string;
  readonly lookEverySeconds: number;
  readonly checkpointEverySeconds: number;
  readonly witnesses: Readonly<Record<string, { readonly url: string; readonly key: string }>>;
}

const seconds = (standard: number, description: string): JsonSchema => ({
  type: 'number',
  minimum: 0.05,
  maximum: 86_400,
  default: standard,
  description,
});

export const transparencyConfig: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['origin'],
  properties: {
    origin: {
      type: 'string',
      pattern: '^[a-z0-9.-]+(:[0-9]+)?(/[A-Za-z0-9._~-]+)*$',
      maxLength: 200,
      description: "The log's name for ever: the URL at which /log is served, without its scheme. health.example/log",
    },
    signer: { type: 'string', 'x-instance': 'signer/0', description: 'Which part signs the log, where several hold keys.' },
    lookEverySeconds: seconds(1, 'How often it looks for what has happened.'),
    checkpointEverySeconds: seconds(10, 'How often it signs the log and asks its witnesses, where there is something new.'),
    witnesses: {
      type: 'object',
      default: {},
      description: 'Who else signs the log, by any name: each sees that nothing was taken out of it.',
      additionalProperties: {
        type: 'object',
        additionalProperties: false,
        required: ['url', 'key'],
        properties: {
          url: {
            type: 'string',
            pattern: '^https?://[^\\s/]+(/[^\\s/]+)*$',
            description: 'Where it takes checkpoints: /add-checkpoint below this.',
          },
          key: { type: 'string', maxLength: 512, description: 'Its key: name+id+key, of type cosignature (c2sp.org/tlog-cosignature).' },
        },
      },
    },
  },
};

/** Keys that are none, each at its place. */
export function checkWitnesses({ witnesses = {} }: Pick<TransparencyConfig, 'witnesses'>): Finding[] {
  return Object.entries(witnesses)
    .filter(([, { key }]) => parseNoteKey(key)?.type !== COSIGNATURE)
    .map(([name]) => ({
      pointer: `/witnesses/${name}/key`,
      code: 'WITNESS_KEY_INVALID',
      message: 'this is no key of a witness; write it as its operator publishes it, name+id+key, with a key of type 04 (cosignature)',
    }));
}

export const witnessesOf = ({ witnesses }: TransparencyConfig): Witness[] =>
  Object.values(witnesses).flatMap(({ url, key }) => {
    const parsed = parseNoteKey(key);
    return parsed ? [{ url, key: parsed }] : [];
  });

export function checkSigner({ signer }: Pick<TransparencyConfig, 'signer'>, names: readonly string[]): Finding[] {
  const message =
    names.length === 0
      ? 'no part holds keys, and the log is signed; add a plugin that does, such as signer-file'
      : `several parts hold keys (${names.join(', ')}); say which one signs the log: signer: ${names[0]}`;
  return names.length === 1 || (signer !== undefined && names.length > 0) ? [] : [{ pointer: '/signer', code: 'SIGNER_UNCLEAR', message }];
}
