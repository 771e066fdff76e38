import { isRefusal, type Logger, type Refusal } from '@divoc/core/api';
import { columnFault, type RowFault } from './row.js';
import type { ReadRow } from './row-reader.js';
import type { RowTarget } from './row-target.js';
import type { RowResult, Upload } from './upload.js';

/** So often a row may fail by no fault of its own before the others go on without it. */
const FAILURES = 3;

const FAILED: RowFault = {
  code: 'ROW_FAILED',
  detail: 'the row could not be taken, by no fault of the file',
  fix: 'Send the same file again later: rows that were refused are tried again.',
};

export interface TakeOptions {
  readonly upload: Upload;
  readonly target: RowTarget;
  readonly log: Logger;
}

/** Hands one row to its service. Throws what may go better next time: a refusal for want of a server, a fault of ours. */
export async function takeRow({ number, input, faults, notes }: ReadRow, { upload, target, log }: TakeOptions): Promise<RowResult> {
  const kept = { row: number, ...(notes.length > 0 && { notes }) };
  if (faults.length > 0) return { ...kept, outcome: 'refused', faults };
  try {
    const { id, actor, programme } = upload;
    const options = { actor, ...(programme !== undefined && { programme }) };
    return { ...kept, outcome: await target.put(input, { upload: id, row: number }, options) };
  } catch (error) {
    if (isRefusal(error) && !mayPass(error)) return { ...kept, outcome: 'refused', faults: faultsOf(error, target) };
    const { trouble } = upload;
    if (isRefusal(error) || trouble?.row !== number || trouble.times < FAILURES) throw error;
    log.error({ stage: 'intake.failed', upload: upload.id, row: number }, 'a row fails again and again and is left out');
    return { ...kept, outcome: 'refused', faults: [FAILED] };
  }
}

/** Too many requests, or a server that cannot be reached: the row may be good. */
export const mayPass = ({ status }: Refusal): boolean => status === 429 || status === 503;

function faultsOf({ code, message, errors }: Refusal, { columns }: RowTarget): RowFault[] {
  if (errors.length === 0) return [{ code, detail: message }];
  return errors.map((fault) => columnFault(fault, columns));
}
