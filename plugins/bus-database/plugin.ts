import { definePlugin, eventConsumer, eventLog, jobQueue, jobs, many, one, state } from '@divoc/core/api';
import { busOf } from './src/bus.js';
import { follower } from './src/follower.js';

interface Config {
  readonly lookEveryMilliseconds: number;
}

export default definePlugin<Config>()({
  id: 'bus-database',
  summary: 'Brings each event of the house to those who want it, in order and at least once, through the database alone.',
  config: {
    type: 'object',
    additionalProperties: false,
    properties: {
      lookEveryMilliseconds: {
        type: 'integer',
        minimum: 50,
        maximum: 60_000,
        default: 1000,
        description: 'How often it looks for new events.',
      },
    },
  },
  uses: { eventLog: one(eventLog), jobQueue: one(jobQueue), state: one(state), consumers: many(eventConsumer) },
  provides: { jobs },
  async setup({ config, log }, ports) {
    const bus = busOf(ports);
    const following = follower(() => bus.advance(), config.lookEveryMilliseconds, log);
    return {
      ports: { jobs: bus.jobs },
      async start() {
        // Before anything can happen: who is new hears of everything from now on.
        await bus.enrol();
        following.start();
      },
      stop: () => following.stop(),
      health: async () => following.health(),
    };
  },
});
