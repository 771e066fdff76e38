import { ProviderError } from './provider-error.js';

/** Far more than any answer of a provider; less than would hurt. */
const MOST_BYTES = 512 * 1024;

type Init = Omit<RequestInit, 'body'> & { readonly body?: unknown };

/**
 * A fetch for openid-client: within `timeoutSeconds` with its body, of bounded size, following no redirect. Throws a
 * ProviderError for what is not an answer: no connection, too late, too much, or a provider that is down (5xx, 429).
 */
export const boundedFetch =
  (timeoutSeconds: number) =>
  async (url: string, init: Init): Promise<Response> => {
    const { origin } = new URL(url);
    try {
      const signal = AbortSignal.timeout(timeoutSeconds * 1000);
      const response = await fetch(url, { ...(init as RequestInit), redirect: 'manual', signal });
      if (response.status >= 500 || response.status === 429) {
        await response.body?.cancel();
        throw new ProviderError('PROVIDER_UNREACHABLE', `${origin} answered ${response.status}`, url);
      }
      const bytes = await read(response, origin);
      const { status, headers } = response;
      return new Response(bytes.length > 0 ? bytes : null, { status, headers });
    } catch (error) {
      if (error instanceof ProviderError) throw error;
      throw new ProviderError('PROVIDER_UNREACHABLE', `${origin} could not be reached in ${timeoutSeconds} s`, url);
    }
  };

async function read(response: Response, origin: string): Promise<Uint8Array<ArrayBuffer>> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of response.body ?? []) {
    size += piece.length;
    if (size > MOST_BYTES) throw new ProviderError('PROVIDER_ANSWER_INVALID', `${origin} answered with more than ${MOST_BYTES} bytes`);
    pieces.push(piece);
  }
  return new Uint8Array(Buffer.concat(pieces));
}
