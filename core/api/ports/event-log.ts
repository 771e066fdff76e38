import { definePort } from '../port.js';

/** Something that has happened: CloudEvents 1.0 in JSON (`schemas/events/event.json`). Ids and codes, nothing personal. */
export interface HouseEvent {
  readonly specversion: '1.0';
  /** The same each time that this event is told; for `once only` a consumer remembers it. */
  readonly id: string;
  /** `urn:divoc:<service>`, the service in which it happened. */
  readonly source: string;
  /** `divoc.certificate.issued.v1`. */
  readonly type: string;
  /** Id of what it happened to. */
  readonly subject: string;
  /** RFC 3339, UTC, milliseconds. */
  readonly time: string;
  readonly tenant: string;
  readonly datacontenttype: 'application/json';
  /** As `schemas/events/<type>.json` says. */
  readonly data: Readonly<Record<string, unknown>>;
}

/** All events of the house, in the order in which their transactions were committed. */
export interface EventLog {
  /** The position of the newest entry. */
  head(): Promise<number>;
  /** Looks through at most `limit` entries after position `after`: those among them that are events, and how far it has looked. */
  read(after: number, limit: number): Promise<{ readonly events: readonly HouseEvent[]; readonly position: number }>;
}

export const eventLog = definePort<EventLog>('event-log', 0, { methods: ['head', 'read'] });
