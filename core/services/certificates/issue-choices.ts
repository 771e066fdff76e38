import { type Clock, Refusal } from '../../api/index.js';
import type { Issuable } from './issuable.js';
import { VACCINATION } from './type-settings.js';

/** What whoever posts may choose besides the record. */
export interface Chosen {
  /** The name of a type of credential; default: vaccination. */
  readonly type?: string;
  readonly template?: string;
  readonly validUntil?: string;
}

export interface Choosing {
  readonly issuable: ReadonlyMap<string, Issuable>;
  readonly clock: Clock;
}

/** What was chosen, or what is meant by nothing. */
export interface Choice {
  readonly type: string;
  readonly template: string;
  /** RFC 3339, UTC. */
  readonly validUntil?: string;
}

/** The type and the template that are meant, and the end of validity in UTC. Throws a Refusal (422) that names the member. */
export function chosenOf({ type = VACCINATION, template: named, validUntil }: Chosen, { issuable, clock }: Choosing): Choice {
  const { templates, template: usual } = issuable.get(type) ?? unknown('type', [...issuable.keys()]);
  const template = named ?? usual;
  if (!templates.includes(template)) unknown('template', templates);
  return { type, template, ...(validUntil !== undefined && { validUntil: future(validUntil, clock) }) };
}

/** The instant in UTC. A leap second has the format, and JavaScript no date for it. */
function future(text: string, clock: Clock): string {
  const at = new Date(text);
  if (at.getTime() > clock.now().getTime()) return at.toISOString();
  const fault = { pointer: '/validUntil', code: 'VALIDITY_ENDED', detail: 'must lie in the future', fix: 'Send a later instant, or none.' };
  throw new Refusal(422, 'VALIDITY_ENDED', 'The certificate would be invalid from its first moment.', { errors: [fault] });
}

function unknown(member: 'type' | 'template', known: readonly string[]): never {
  const code = `${member.toUpperCase()}_UNKNOWN`;
  const there = known.join(', ') || 'none';
  const fault = { pointer: `/${member}`, code, detail: `there is no such ${member}`, fix: `Send one of: ${there}.` };
  throw new Refusal(422, code, `There is no such ${member}. Known here: ${there}.`, { errors: [fault] });
}
