import { Refusal } from '../api/refusal.js';

/**
 * The version that If-Match names; undefined without the header. RFC 9110 section 13.1.1, one strong tag, since what we keep
 * has one version at a time. Throws a Refusal (400) for anything else.
 */
export function ifMatch(header: string | undefined): number | undefined {
  if (header === undefined || header === '*') return undefined;
  const version = /^"([1-9]\d{0,9})"$/.exec(header.trim())?.[1];
  if (version === undefined) throw new Refusal(400, 'IF_MATCH_INVALID', 'If-Match must be the ETag that was read: "3" for example.');
  return Number(version);
}
