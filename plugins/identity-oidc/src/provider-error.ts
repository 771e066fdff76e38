import { Refusal } from '@divoc/core/api';

export type ProviderTrouble =
  | 'PROVIDER_UNREACHABLE'
  | 'PROVIDER_ANSWER_INVALID'
  | 'PROVIDER_ISSUER_DIFFERS'
  | 'PROVIDER_URL_INSECURE'
  | 'PROVIDER_REFUSES_CLIENT';

/** The provider cannot be had, or not as it should be: no fault of the person, and worth another attempt. Holds nothing personal. */
export class ProviderError extends Error {
  readonly code: ProviderTrouble;
  /** What was asked. */
  readonly url: string;
  constructor(code: ProviderTrouble, message: string, url = '') {
    super(message);
    this.name = 'ProviderError';
    this.code = code;
    this.url = url;
  }
}

/** The one that is hidden among the causes of a library's error. */
export function providerErrorIn(error: unknown): ProviderError | undefined {
  for (let at = error, depth = 0; at instanceof Error && depth < 8; at = at.cause, depth += 1) {
    if (at instanceof ProviderError) return at;
  }
  return undefined;
}

export function unreachable(afterSeconds: number): Refusal {
  const detail =
    'The identity provider cannot be reached at the moment. Nothing is lost: try again, or identify the person in another way.';
  return new Refusal(503, 'IDENTITY_PROVIDER_UNREACHABLE', detail, { headers: { 'retry-after': String(afterSeconds) } });
}
