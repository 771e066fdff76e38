import type { EventType } from '../../internal/index.js';

/** What others may know of a certificate's life, and of those that are issued many at once; `schemas/events/` says the same. */
export const certificateEvents: readonly EventType[] = [
  { action: 'certificate.issued', version: 1, subject: 'certificateId', detail: { forms: 'forms' } },
  {
    action: 'certificate.reissued',
    version: 1,
    subject: 'certificateId',
    detail: { seal: 'seal', forms: 'forms', revokedKeys: 'revokedKeys', keys: 'keys' },
  },
  { action: 'certificate.revoked', version: 1, subject: 'certificateId', detail: { reason: 'reason' } },
  { action: 'certificate.suspended', version: 1, subject: 'certificateId', detail: { reason: 'reason' } },
  { action: 'certificate.reinstated', version: 1, subject: 'certificateId', detail: {} },
  { action: 'certificate.superseded', version: 1, subject: 'certificateId', detail: { reason: 'reason', replacedBy: 'replacedBy' } },
  { action: 'issuance.done', version: 1, subject: 'issuanceId', detail: { issued: 'issued', refused: 'refused' } },
];
