import { type Clock, Refusal } from '../../api/index.js';

export const USUAL_TEMPLATE = 'certificate-a4';

/** What whoever posts may choose besides the record. */
export interface Chosen {
  readonly template?: string;
  readonly validUntil?: string;
}

export interface Choosing {
  readonly templates: readonly string[];
  readonly clock: Clock;
}

/** The template that is meant, and the end of validity in UTC. Throws a Refusal (422) that names the member. */
export function chosenOf({ template: named, validUntil }: Chosen, { templates, clock }: Choosing): Chosen & { readonly template: string } {
  const template = named ?? (templates.length === 1 ? (templates[0] as string) : USUAL_TEMPLATE);
  if (!templates.includes(template)) throw unknownTemplate(templates);
  return { template, ...(validUntil !== undefined && { validUntil: future(validUntil, clock) }) };
}

/** The instant in UTC. A leap second has the format, and JavaScript no date for it. */
function future(text: string, clock: Clock): string {
  const at = new Date(text);
  if (at.getTime() > clock.now().getTime()) return at.toISOString();
  const fault = { pointer: '/validUntil', code: 'VALIDITY_ENDED', detail: 'must lie in the future', fix: 'Send a later instant, or none.' };
  throw new Refusal(422, 'VALIDITY_ENDED', 'The certificate would be invalid from its first moment.', { errors: [fault] });
}

function unknownTemplate(known: readonly string[]): Refusal {
  const fix = `Send one of ${known.join(', ')}.`;
  const fault = { pointer: '/template', code: 'TEMPLATE_UNKNOWN', detail: 'there is no such template', fix };
  return new Refusal(422, 'TEMPLATE_UNKNOWN', `There is no such template. Known here: ${known.join(', ')}.`, { errors: [fault] });
}
