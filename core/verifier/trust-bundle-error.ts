/** A trust bundle that cannot be relied on; the message names the part. */
export class TrustBundleError extends Error {
  readonly code = 'TRUST_BUNDLE_INVALID';
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'TrustBundleError';
  }
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
