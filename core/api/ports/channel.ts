import { definePort } from '../port.js';

/** Where a person can be reached. Personal: kept no longer than the delivery takes. */
export interface Recipient {
  readonly email?: string;
  /** E.164. */
  readonly phone?: string;
  /** BCP 47. */
  readonly language?: string;
}

export interface Delivery {
  readonly certificateId: string;
  /** What was once accepted under a key is never sent again: a second delivery with it gives the first one's result. */
  readonly key: string;
  /** What the channel needs, and the language where it is known; nothing else. */
  readonly recipient: Recipient;
  /** Actor id of who has it delivered. */
  readonly actor: string;
}

export type DeliveryResult =
  | {
      /** Accepted is not delivered. */
      readonly state: 'accepted' | 'delivered';
      /** Links for the person, by relation; paths relative to the house's public URL. */
      readonly links?: Readonly<Record<string, string>>;
      /** How the carrier names it: a message id, a spool number. Nothing personal. */
      readonly reference?: string;
    }
  | {
      readonly state: 'failed';
      /** `SMTP_MAILBOX_UNKNOWN`; no personal value. */
      readonly code: string;
      /** `soon`: a passing trouble; `later`: the carrier asked for patience; `never`: nobody need try again. */
      readonly retry: 'soon' | 'later' | 'never';
    };

/** What became of an accepted delivery, as the carrier says later. */
export interface Receipt {
  readonly key: string;
  readonly state: 'delivered' | 'failed';
  /** Why it failed: `SMTP_BOUNCED`; no personal value. */
  readonly code?: string;
}

/** Brings a certificate to a person, or lets the person fetch it. What it throws counts as a passing trouble. */
export interface Channel {
  /** What it must know of the recipient; without that nothing is sent through it. */
  readonly needs: readonly (keyof Recipient)[];
  /** It reaches nothing outside the house and answers at once: its links go into the reply that records the dose. */
  readonly instant: boolean;
  deliver(delivery: Delivery): Promise<DeliveryResult>;
  /**
   * For channels that hear later what became of a delivery: where to say so. Called once, before anything is delivered.
   * A receipt is kept when `report` has resolved; until then the channel reports it again, also after a restart.
   */
  reportTo?(report: (receipt: Receipt) => Promise<void>): void;
}

export const channel = definePort<Channel>('channel', 0, { methods: ['deliver'] });
