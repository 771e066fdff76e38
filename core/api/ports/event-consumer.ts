import type { JsonSchema } from '../plugin.js';
import { definePort } from '../port.js';
import type { HouseEvent } from './event-log.js';

/** A part that wants to know what happens. A bus brings it the events: each at least once, those of one subject in their order. */
export interface EventConsumer {
  /** Types that it wants, `divoc.certificate.issued.v1`; `divoc.certificate.*` for all that begin so, `*` for all. */
  readonly types: readonly string[];
  /**
   * Done when it resolves. An event may come again after a crash, with the same id. An error is tried again later, and in the
   * end parked; a Refusal is parked at once, since it would never pass. `againInSeconds` is "not now": no failure.
   */
  // biome-ignore lint/suspicious/noConfusingVoidType: a consumer that says nothing is done.
  consume(event: HouseEvent): Promise<void | { readonly againInSeconds: number }>;
}

export const eventConsumer = definePort<EventConsumer>('event-consumer', 0, { methods: ['consume'], deadlineSeconds: 600 });

/** Is the type among the wanted ones? */
export const wants = ({ types }: Pick<EventConsumer, 'types'>, type: string): boolean =>
  types.some((wanted) => (wanted.endsWith('*') ? type.startsWith(wanted.slice(0, -1)) : wanted === type));

/** The setting in which a consumer is told its `types`. */
export const wantedTypesSchema: JsonSchema = {
  type: 'array',
  minItems: 1,
  uniqueItems: true,
  items: { type: 'string', pattern: '^(\\*|divoc\\.[a-z0-9.-]*[a-z0-9](\\.\\*)?)$' },
  default: ['*'],
  description: 'Types of events: divoc.certificate.issued.v1, divoc.certificate.*, or * for all.',
};
