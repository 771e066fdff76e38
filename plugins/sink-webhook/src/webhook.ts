import { randomInt } from 'node:crypto';
import { type Clock, type EventConsumer, type Health, type HouseEvent, type Logger, Refusal } from '@divoc/core/api';
import { Webhook } from 'standardwebhooks';

export interface WebhookOptions {
  readonly url: string;
  readonly secret: string;
  readonly types: readonly string[];
  readonly answerSeconds: number;
  readonly giveUpAfterHours: number;
  readonly clock: Clock;
  readonly log: Logger;
}

const HOUR = 3_600_000;
const SHORTEST_PAUSE_SECONDS = 2;
const LONGEST_PAUSE_SECONDS = 1800;

/**
 * Posts events as Standard Webhooks (https://www.standardwebhooks.com): 2xx is taken, 410 "never again", and everything
 * else, silence included, "not now": an outage of the receiver costs no event less than `giveUpAfterHours` old.
 */
export function webhook(options: WebhookOptions): { readonly consumer: EventConsumer; health(): Health } {
  const { url, types, answerSeconds, giveUpAfterHours, clock, log } = options;
  const signer = new Webhook(options.secret);
  let trouble: { readonly what: string; readonly since: string } | undefined;

  const answerTo = async (event: HouseEvent): Promise<number | string> => {
    const body = JSON.stringify(event);
    const now = clock.now();
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/cloudevents+json; charset=utf-8',
          'webhook-id': event.id,
          'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
          'webhook-signature': signer.sign(event.id, now, body),
        },
        body,
        redirect: 'manual',
        signal: AbortSignal.timeout(answerSeconds * 1000),
      });
      await response.body?.cancel();
      return response.status;
    } catch (error) {
      const { name, cause } = error as Error & { cause?: { code?: string } };
      return name === 'TimeoutError' ? 'TIMEOUT' : (cause?.code ?? name);
    }
  };

  return {
    consumer: {
      types,
      async consume(event) {
        const answer = await answerTo(event);
        if (typeof answer === 'number' && answer >= 200 && answer < 300) {
          trouble = undefined;
          return;
        }
        trouble ??= { what: String(answer), since: clock.now().toISOString() };
        const age = clock.now().getTime() - Date.parse(event.time);
        if (answer === 410) throw new Refusal(422, 'WEBHOOK_GONE', 'The receiver wants no more events.');
        if (age > giveUpAfterHours * HOUR) throw new Refusal(422, 'WEBHOOK_NOT_TAKEN', 'The receiver has not taken this event in time.');
        log.warn({ event: event.id, type: event.type, answer }, 'a webhook was not taken; it is sent again');
        return { againInSeconds: pauseAt(age / 1000) };
      },
    },
    health: () =>
      trouble
        ? { status: 'warn', detail: `the receiver does not take events: ${trouble.what} since ${trouble.since}` }
        : { status: 'pass' },
  };
}

/** Longer the older the event is, and up to a quarter more, so that what waits together does not come together. */
export function pauseAt(ageSeconds: number, chance: number = randomInt(1000) / 1000): number {
  return Math.min(LONGEST_PAUSE_SECONDS, Math.max(SHORTEST_PAUSE_SECONDS, ageSeconds / 4)) * (1 + chance / 4);
}
