import { resolve } from 'node:path';
import { definePlugin } from '@divoc/core/api';
import { storage } from '@divoc/core/internal';
import { openSqlite } from './src/sqlite-storage.js';

interface Config {
  readonly file: string;
  readonly durability: 'full' | 'normal';
  readonly busyTimeout: number;
}

export default definePlugin<Config>()({
  id: 'storage-sqlite',
  summary: 'One SQLite file in WAL mode, for one machine.',
  config: {
    type: 'object',
    additionalProperties: false,
    properties: {
      file: { type: 'string', minLength: 1, default: 'divoc.sqlite', description: "The database's file, relative to the data folder." },
      durability: {
        enum: ['full', 'normal'],
        default: 'full',
        description: 'full: nothing that was acknowledged is lost in a power cut. normal: faster; the last moments may be lost.',
      },
      busyTimeout: {
        type: 'integer',
        minimum: 0,
        maximum: 60_000,
        default: 10_000,
        description: 'Milliseconds to wait while another process writes.',
      },
    },
  },
  provides: { storage },
  async setup({ config, home, log }) {
    const opened = await openSqlite({ ...config, file: resolve(home, config.file), log });
    return { ports: { storage: opened.storage }, health: opened.health, stop: opened.stop };
  },
});
