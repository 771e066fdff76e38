import { definePort } from '../port.js';
import type { Recipient } from './channel.js';

/**
 * `waiting`: it will be tried (again); `dead`: nobody will try again unless a person asks for it; `skipped`: the recipient
 * gave nothing that this channel needs.
 */
export type DeliveryState = 'waiting' | 'accepted' | 'delivered' | 'dead' | 'skipped';

export interface DeliveryStatus {
  readonly channel: string;
  readonly state: DeliveryState;
  readonly links: Readonly<Record<string, string>>;
}

export interface DeliveryRequest {
  /** One set of deliveries per key, however often it is asked for. */
  readonly key: string;
  readonly certificateId: string;
  /** Instance names. */
  readonly channels: readonly string[];
  readonly recipient: Recipient;
  readonly owner: string;
}

/** Deliveries, provided by the delivery service. */
export interface Deliveries {
  /**
   * Queues one delivery a channel. Those of instant channels are tried before it answers; no failure of a channel is thrown.
   * Throws a Refusal (422) for a channel that is not here and for a recipient who is obviously malformed.
   */
  request(request: DeliveryRequest): Promise<readonly DeliveryStatus[]>;
  /** What became of the deliveries of a key; empty for one that is unknown. */
  of(key: string): Promise<readonly DeliveryStatus[]>;
}

export const deliveries = definePort<Deliveries>('deliveries', 0, { methods: ['request', 'of'] });
