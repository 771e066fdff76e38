import type { EventLog, HouseEvent } from '../api/ports/event-log.js';
import type { EventType, EventTypes } from '../internal/event-types.js';
import { type AuditRow, auditHead } from './audit-log.js';
import { nameBasedId } from './name-based-id.js';
import type { StoreContext } from './store-context.js';

type Told = EventType & { readonly type: string; readonly source: string };

/**
 * The audit log as events. It is written in the transaction of what it tells, and numbered in the order of their commits,
 * without gaps: whoever reads on from a position misses nothing that is committed later with a lower number.
 */
export function eventLogOf({ storage, tenant }: Pick<StoreContext, 'storage' | 'tenant'>, services: readonly EventTypes[]): EventLog {
  const told = new Map<string, Told>();
  for (const { service, types } of services) {
    for (const type of types) {
      if (told.has(type.action)) throw new Error(`two services tell of ${type.action}`);
      told.set(type.action, { ...type, type: `divoc.${type.action}.v${type.version}`, source: `urn:divoc:${service}` });
    }
  }
  return {
    head: async () => (await auditHead(storage.knex, tenant))?.seq ?? 0,

    async read(after, limit) {
      const rows: AuditRow[] = await storage.knex('audit_entry').where({ tenant }).where('seq', '>', after).orderBy('seq').limit(limit);
      const events = rows.flatMap((row) => {
        const type = told.get(row.action);
        return type ? [eventOf(row, type)] : [];
      });
      return { events, position: Number(rows.at(-1)?.seq ?? after) };
    },
  };
}

function eventOf({ tenant, seq, at, subject, detail }: AuditRow, { type, source, ...told }: Told): HouseEvent {
  const said = JSON.parse(detail) as Record<string, unknown>;
  const data = Object.entries(told.detail).flatMap(([from, name]) => (said[from] === undefined ? [] : [[name, said[from]]]));
  return {
    specversion: '1.0',
    // Of the entry's number, so that it is the same whoever reads it and however often.
    id: nameBasedId('event', tenant, String(seq)),
    source,
    type,
    subject,
    time: at,
    tenant,
    datacontenttype: 'application/json',
    data: { [told.subject]: subject, ...Object.fromEntries(data) },
  };
}
