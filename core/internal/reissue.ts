import { definePort } from '../api/port.js';

export interface ReissueOptions {
  /** Only what this revoked key has sealed; default: what any revoked key has. */
  readonly key?: string;
  /** The certificate after whose id the page begins; default: the first page. */
  readonly after?: string;
  /** Certificates of the page; default 100. */
  readonly limit?: number;
  /** Counts, and seals nothing. */
  readonly dryRun?: boolean;
}

/** What became of one page of certificates. A certificate of which one form was sealed and another was not is among both. */
export interface ReissuedPage {
  /** Id of the last one that was looked at; absent after the last page. */
  readonly next?: string;
  readonly looked: number;
  /** Sealed anew; with `dryRun`, to be sealed anew. */
  readonly reissued: number;
  /** Sealed anew earlier, or by another process meanwhile. */
  readonly before: number;
  /** Left as they are, since they were revoked, superseded or have expired. */
  readonly ended: number;
  /** How many could not be sealed, by what kept them from it. */
  readonly failed: Readonly<Record<string, number>>;
}

/** Seals anew what revoked keys had sealed; for commands. */
export interface Reissue {
  /** Goes through one page of certificates. May be ended at any point and called again: nothing is done twice. */
  page(options: ReissueOptions): Promise<ReissuedPage>;
  /** Writes the trust file with the keys as they are now, and signs the status lists with them. */
  publish(): Promise<void>;
}

export const reissue = definePort<Reissue>('certificate-reissue', 0, { methods: ['page', 'publish'], deadlineSeconds: 600 });
