import type { HouseEvent } from '../../api/ports/event-log.js';
import type { EventConsumerSubject } from '../event-consumer-contract.js';

interface Habits {
  readonly types?: readonly string[];
  /** What counts an event's effect once. */
  readonly keyOf?: (event: HouseEvent, times: number) => string;
  readonly inOutage?: () => undefined;
}

/** A consumer that keeps a list. With its habits left as they are it keeps every promise. */
export function listingConsumer({ types = ['*'], keyOf = ({ id }) => id, inOutage }: Habits = {}): EventConsumerSubject {
  const seen = new Map<string, string>();
  let [isOut, times] = [false, 0];
  return {
    consumer: {
      types,
      async consume(event) {
        if (isOut) return inOutage ? inOutage() : { againInSeconds: 5 };
        times += 1;
        seen.set(keyOf(event, times), event.id);
        return undefined;
      },
    },
    effects: () => [...seen.values()],
    outage(isOn) {
      isOut = isOn;
    },
  };
}

/** For each promise of the contract a consumer that breaks it and no other. */
export const brokenEventConsumers: Readonly<Record<string, () => EventConsumerSubject>> = {
  'its types are types of events, or beginnings of them': () => listingConsumer({ types: ['Divoc Certificates', '*'] }),
  'an event has had its effect when it is consumed': () => listingConsumer({ keyOf: ({ subject }) => subject }),
  'an event that comes again has no second effect': () => listingConsumer({ keyOf: ({ id }, times) => `${id} ${times}` }),
  'an outage costs no event: it is asked for again, and has its effect then': () => listingConsumer({ inOutage: () => undefined }),
};
