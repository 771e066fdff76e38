/** Far more than any discovery document or key set; less than would hurt. */
const MOST_BYTES = 512 * 1024;

/** Why a document of the provider could not be had. The message holds URLs of the provider and nothing else. */
export class ProviderError extends Error {
  readonly code: string;
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ProviderError';
    this.code = code;
  }
}

/** Over TLS, or on this machine: whoever can change the keys on their way can sign in as anybody. */
export const TRUSTWORTHY_URL = '^(https://[^/?#@]+|http://(localhost|127\\.0\\.0\\.1|\\[::1\\])(:[0-9]{1,5})?)(/[^?#]*)?$';

/** Fetches a JSON object, following no redirect. Throws a ProviderError. */
export async function fetchDocument(url: string, timeoutSeconds: number): Promise<Readonly<Record<string, unknown>>> {
  if (!new RegExp(TRUSTWORTHY_URL).test(url))
    throw new ProviderError('PROVIDER_URL_INSECURE', `${url} is neither https nor on this machine`);
  const bytes = await read(url, timeoutSeconds);
  try {
    const document: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    if (typeof document === 'object' && document !== null && !Array.isArray(document)) return document as Record<string, unknown>;
  } catch (cause) {
    throw new ProviderError('PROVIDER_ANSWER_INVALID', `${url} did not answer with JSON`, { cause });
  }
  throw new ProviderError('PROVIDER_ANSWER_INVALID', `${url} did not answer with a JSON object`);
}

async function read(url: string, timeoutSeconds: number): Promise<Uint8Array> {
  try {
    const response = await fetch(url, {
      redirect: 'error',
      headers: { accept: 'application/json' },
      // Also for the body: a provider that hangs in the middle of its answer hangs.
      signal: AbortSignal.timeout(timeoutSeconds * 1000),
    });
    if (response.status !== 200) {
      await response.body?.cancel();
      throw new ProviderError('PROVIDER_ANSWER_INVALID', `${url} answered ${response.status}`);
    }
    const pieces: Uint8Array[] = [];
    let size = 0;
    for await (const piece of response.body ?? []) {
      size += piece.length;
      if (size > MOST_BYTES) throw new ProviderError('PROVIDER_ANSWER_INVALID', `${url} answered with more than ${MOST_BYTES} bytes`);
      pieces.push(piece);
    }
    return Buffer.concat(pieces);
  } catch (cause) {
    if (cause instanceof ProviderError) throw cause;
    throw new ProviderError('PROVIDER_UNREACHABLE', `${url} could not be reached`, { cause });
  }
}
