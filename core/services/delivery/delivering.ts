import type { Channel, Clock, Delivery, Logger, Recipient } from '../../api/index.js';
import type { Audit, FieldCipher, Outbox, Storage } from '../../internal/index.js';
import type { DeliveryStore } from './delivery-store.js';
import type { RetrySettings } from './pause.js';

export interface DeliverySettings extends RetrySettings {
  /** How long one try of a queued delivery may take. */
  readonly deadlineSeconds: number;
  /** How long a request waits for an instant channel. */
  readonly instantMilliseconds: number;
  readonly keepDeadDays: number;
  readonly warnAfterMinutes: number;
}

/** What each piece of the service works with. */
export interface Delivering {
  readonly tenant: string;
  readonly settings: DeliverySettings;
  readonly channels: Readonly<Record<string, Channel>>;
  readonly storage: Storage;
  readonly store: DeliveryStore;
  readonly outbox: Outbox;
  readonly audit: Audit;
  readonly fieldCipher: FieldCipher;
  readonly clock: Clock;
  readonly log: Logger;
}

const QUEUE = 'delivery.';

/** Each channel has a queue of its own, so that none waits for another. */
export const queueOf = (channel: string): string => QUEUE + channel;

interface Named {
  readonly requestKey: string;
  readonly channel: string;
  readonly certificateId: string;
  readonly owner: string;
}

/** The delivery as its channel sees it: the key is the same at every try. */
export function deliveryFor({ requestKey, channel, certificateId, owner }: Named, recipient: Recipient): Delivery {
  return { key: `${requestKey}:${channel}`, certificateId, recipient, actor: owner };
}

/** The request's key in the key that `channel` was given; undefined for one that it was never given. */
export function requestKeyOf(key: string, channel: string): string | undefined {
  return key.endsWith(`:${channel}`) ? key.slice(0, -channel.length - 1) : undefined;
}
