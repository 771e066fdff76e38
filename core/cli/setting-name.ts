import { segmentsOf } from '../api/json-pointer.js';

/** `/plugins/sms/with/token` as people say it: `sms.token`. */
export function settingName(pointer: string): string {
  const [, part, , ...names] = segmentsOf(pointer);
  return [part, ...names].join('.');
}
