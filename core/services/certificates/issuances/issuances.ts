import type { JobHandler, RouteHandler } from '../../../api/index.js';
import type { FieldCipher } from '../../../internal/index.js';
import { ISSUANCE_QUEUE } from './accept-issuance.js';
import { type IssuanceJobOptions, issuanceJob } from './issuance-job.js';
import { type IssuanceAnswers, issuanceHandlers, type issuanceRoutes } from './issuance-routes.js';

/** Issuing many at once: the routes that take them and tell of them, and the jobs that do it. */
export function issuancesOf(options: IssuanceAnswers & IssuanceJobOptions): {
  readonly handlers: Record<keyof typeof issuanceRoutes, RouteHandler>;
  readonly jobs: JobHandler;
} {
  return { handlers: issuanceHandlers(options), jobs: { queues: [ISSUANCE_QUEUE], handle: issuanceJob(options) } };
}

/** Where no part keeps a key for data, as beside an HSM, records wait as certificates are kept: as they are. */
export const asItIs: FieldCipher = { encrypt: async (text) => text, decrypt: async (text) => text };
