import { definePlugin } from '@divoc/core/api';
import { storage } from '@divoc/core/internal';
import { openPostgres, type PostgresOptions } from './src/postgres-storage.js';

type Config = Omit<PostgresOptions, 'log'>;

export default definePlugin<Config>()({
  id: 'storage-postgres',
  summary: 'A PostgreSQL database, for several processes and machines.',
  config: {
    type: 'object',
    additionalProperties: false,
    required: ['url'],
    properties: {
      url: {
        type: 'string',
        pattern: '^postgres(ql)?://',
        'x-secret': true,
        description:
          'postgres://user:password@host:5432/database, and ?sslmode=verify-full or disable instead of tls; a secret, since it holds the password.',
      },
      schema: {
        type: 'string',
        pattern: '^[a-z][a-z0-9_]{0,62}$',
        default: 'divoc',
        description: 'The schema of the tables; it is made when the role may make it.',
      },
      tls: {
        enum: ['verify', 'off'],
        description: 'verify: encrypt, and check the server against the known authorities. Default: off on this machine, else verify.',
      },
      ca: {
        type: 'string',
        'x-file': true,
        description: "PEM file of the authority behind the server's certificate, where it is not a public one.",
      },
      connections: { type: 'integer', minimum: 2, maximum: 100, default: 8, description: 'Connections of this process at most.' },
      connectSeconds: { type: 'integer', minimum: 1, maximum: 120, default: 10, description: 'How long a connection may take.' },
      statementSeconds: { type: 'integer', minimum: 1, maximum: 3600, default: 30, description: 'How long one statement may take.' },
      lockSeconds: {
        type: 'integer',
        minimum: 1,
        maximum: 3600,
        default: 20,
        description: 'How long to wait while other processes write.',
      },
    },
  },
  provides: { storage },
  grants: { network: ['the host of the database'] },
  async setup({ config, log }) {
    const opened = await openPostgres({ ...config, log });
    return { ports: { storage: opened.storage }, health: opened.health, stop: opened.stop };
  },
});
