import type { JobHandler, RouteHandler } from '@divoc/core/api';
import { ruleContainer } from './container.js';
import type { ReceiveOptions } from './receive.js';
import { uploadHandlers } from './upload-handlers.js';
import { uploadJob } from './upload-job.js';

/** The moving parts of one instance: what requests do, and what is done after them. */
export function openIntake(
  instance: string,
  given: Omit<ReceiveOptions, 'rules' | 'queue'>,
): { readonly handlers: Record<string, RouteHandler>; readonly job: JobHandler } {
  const queue = `intake.${instance}`;
  const options: ReceiveOptions = { ...given, queue, rules: ruleContainer() };
  return { handlers: uploadHandlers(instance, options), job: uploadJob(queue, options) };
}
