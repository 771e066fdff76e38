import type { EventType } from '../../internal/index.js';

/** What others may know of a record's life; `schemas/events/` says the same. */
export const vaccinationEvents: readonly EventType[] = [
  {
    action: 'vaccination.recorded',
    version: 1,
    subject: 'vaccinationId',
    detail: { programme: 'programme', certificate: 'certificateId' },
  },
  {
    action: 'vaccination.corrected',
    version: 1,
    subject: 'vaccinationId',
    detail: { version: 'version', reason: 'reason', certificate: 'certificateId', replaces: 'replaces' },
  },
];
