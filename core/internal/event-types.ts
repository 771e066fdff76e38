import { definePort } from '../api/port.js';

/** An entry of the audit log that is told to the world, and what of it. */
export interface EventType {
  /** `certificate.issued` is told as `divoc.certificate.issued.v1`. */
  readonly action: string;
  readonly version: number;
  /** The name under which the entry's subject stands in the event's data. */
  readonly subject: string;
  /** Names in the entry's detail, each with the name that it has in the event's data; what an entry lacks, its event lacks. */
  readonly detail: Readonly<Record<string, string>>;
}

/** What a service tells of itself: an event for each of its audit entries that is listed. */
export interface EventTypes {
  /** `certificates`, for `urn:divoc:certificates`. */
  readonly service: string;
  readonly types: readonly EventType[];
}

export const eventTypes = definePort<EventTypes>('event-types', 0);
