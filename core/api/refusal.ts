/** One thing that is wrong with what was sent: where, what, and how to mend it. Never carries the value itself. */
export interface Fault {
  /** RFC 6901 JSON Pointer into the body, '' for the whole. */
  pointer: string;
  code: string;
  detail: string;
  fix?: string;
}

/** HTTP statuses with which a request may be refused (design: Errors). */
export type RefusalStatus = 400 | 401 | 403 | 404 | 405 | 406 | 409 | 410 | 412 | 413 | 415 | 422 | 429 | 503;

/**
 * An expected refusal. The edge turns it into an RFC 9457 problem document; anything else that is thrown
 * is a fault of ours and shows only an incident id. No personal value may stand in it.
 */
export class Refusal extends Error {
  readonly $divoc = 'refusal';
  readonly status: RefusalStatus;
  readonly code: string;
  readonly errors: readonly Fault[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: RefusalStatus,
    code: string,
    detail: string,
    more: { errors?: readonly Fault[]; headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(detail);
    this.name = 'Refusal';
    this.status = status;
    this.code = code;
    this.errors = more.errors ?? [];
    this.headers = more.headers ?? {};
  }
}

/** What a part refuses of its own piece of the input (`/number`), with pointers into the whole (`/identity/input/number`). */
export async function pointing<T>(prefix: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const errors = error.errors.map((fault) => ({ ...fault, pointer: prefix + fault.pointer }));
    throw new Refusal(error.status, error.code, error.message, { errors, headers: error.headers });
  }
}

/** By brand, not by class: a plugin may bring its own copy of this package. */
export function isRefusal(error: unknown): error is Refusal {
  return error instanceof Error && (error as { $divoc?: unknown }).$divoc === 'refusal';
}
