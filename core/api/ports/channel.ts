import { definePort } from '../port.js';

export interface Delivery {
  readonly certificateId: string;
  /** A second delivery with the same key gives the receipt of the first. */
  readonly key: string;
}

export interface Receipt {
  /** Accepted is not delivered. */
  readonly state: 'accepted' | 'delivered';
  /** Links for the person, by relation; paths relative to the house's public URL. */
  readonly links: Readonly<Record<string, string>>;
}

/** Brings a certificate to a person, or lets the person fetch it. */
export interface Channel {
  deliver(delivery: Delivery): Promise<Receipt>;
}

export const channel = definePort<Channel>('channel', 0);
