import { join } from 'node:path';
import { definePlugin, eventConsumer, wantedTypesSchema } from '@divoc/core/api';
import { dayFiles } from './src/day-files.js';
import { fileSink } from './src/file-sink.js';

interface Config {
  readonly types: readonly string[];
}

export default definePlugin<Config>()({
  id: 'sink-file',
  summary: 'Writes events as lines of JSON into files, one a day, each event once.',
  config: {
    type: 'object',
    additionalProperties: false,
    properties: {
      types: wantedTypesSchema,
    },
  },
  provides: { consumer: eventConsumer },
  async setup({ config: { types }, instance, home, log }) {
    const files = dayFiles(join(home, 'events', instance));
    const { consumer, health } = fileSink({ types, files, log });
    return { ports: { consumer }, health: async () => health() };
  },
});
