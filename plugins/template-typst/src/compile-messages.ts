/** What goes to the compiler's process. */
export interface CompileRequest {
  readonly template: string;
  /** JSON. */
  readonly data: string;
  readonly files: Readonly<Record<string, Uint8Array>>;
  /** Seconds since the epoch. */
  readonly date: number;
}

/** What comes back. `line` is 1-based; the message may quote data. */
export type CompileReply =
  | { readonly pdf: Uint8Array }
  | { readonly error: { readonly message: string; readonly path?: string; readonly line?: number } };
