/** Something that is wrong with the books. `text` says it to a person; it names ids, accounts and numbers alone. */
export interface LedgerFault {
  readonly problem: 'missing' | 'unbalanced' | 'orphan' | 'altered' | 'unaudited' | 'state' | 'amount' | 'receipt' | 'cash-up';
  /** Number of the entry, where there is one. */
  readonly entry?: number;
  readonly text: string;
}

/** More faults than these help nobody. */
export const MOST_FAULTS = 50;
