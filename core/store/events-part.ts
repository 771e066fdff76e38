import { definePlugin } from '../api/plugin.js';
import { many, one } from '../api/port.js';
import { eventLog } from '../api/ports/event-log.js';
import { eventTypes } from '../internal/event-types.js';
import { storage } from '../internal/storage.js';
import { eventLogOf } from './event-log.js';

/** Comes after the services, which need not know that anybody listens. */
export const eventsPart = definePlugin()({
  id: 'events',
  summary: 'Tells what has happened, as events in their order, to whoever carries them on.',
  uses: { storage: one(storage), services: many(eventTypes) },
  provides: { eventLog },
  async setup({ tenant }, { storage, services }) {
    return { ports: { eventLog: eventLogOf({ storage, tenant }, Object.values(services)) } };
  },
});
