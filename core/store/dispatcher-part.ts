import { definePlugin } from '../api/plugin.js';
import { many, one } from '../api/port.js';
import { jobs } from '../api/ports/jobs.js';
import { queue } from '../internal/outbox.js';
import { type DispatcherOptions, dispatcherOf } from './dispatcher.js';

/** Uses everybody's `jobs/0`, so the graph itself starts it after them and stops it before. */
export const dispatcherPart = definePlugin<DispatcherOptions>()({
  id: 'dispatcher',
  summary: 'Brings queued jobs to the parts that handle them, and tries again what failed.',
  config: {
    type: 'object',
    additionalProperties: false,
    properties: {
      concurrency: { type: 'integer', minimum: 1, maximum: 64, default: 8, description: 'Jobs of one queue that run at once.' },
      leaseSeconds: {
        type: 'integer',
        minimum: 2,
        maximum: 3600,
        default: 30,
        description: 'How long a job is held; after a crash it runs again when this has passed.',
      },
      maxAttempts: { type: 'integer', minimum: 1, maximum: 100, default: 10, description: 'After so many failures a job is dead.' },
      maxCrashes: {
        type: 'integer',
        minimum: 1,
        maximum: 10000,
        default: 1000,
        description: 'After so many attempts that ended with the process a job is dead.',
      },
      firstRetrySeconds: {
        type: 'number',
        exclusiveMinimum: 0,
        maximum: 3600,
        default: 1,
        description: 'The pause after the first failure; each next one is three times longer, at most an hour.',
      },
    },
  },
  uses: { queue: one(queue), handlers: many(jobs) },
  async setup({ config, log }, { queue, handlers }) {
    const { start, stop, health } = dispatcherOf(queue, handlers, config, log);
    return { ports: {}, start, stop, health };
  },
});
