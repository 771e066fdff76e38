import type { Clock, Ending, IssueRequest } from '../../api/index.js';
import type { Audit, Storage } from '../../internal/index.js';
import type { CertificateStore } from './certificate-store.js';
import type { Sealing } from './seal-forms.js';
import type { StatusLists } from './status-lists.js';
import type { StatusStore } from './status-store.js';
import type { Turn } from './turns.js';

export interface Issuing extends Sealing {
  readonly did: string;
  readonly storage: Storage;
  readonly store: CertificateStore;
  readonly statuses: StatusStore;
  /** Absent where certificates say nothing of lists. */
  readonly lists?: StatusLists | undefined;
  readonly audit: Audit;
  readonly clock: Clock;
  /** Taken after each certificate that was sealed. */
  readonly turn: Turn;
}

/** What a new certificate takes the place of. */
export type Replaced = Ending & { readonly id: string };

/** A certificate that is to be issued, and what it replaces. */
export interface Wanted {
  readonly request: IssueRequest;
  readonly replaced?: Replaced;
}
