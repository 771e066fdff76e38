import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { HashName } from '@divoc/core/api';
import { MOST_MILLISECONDS } from './canonical-form.js';

/** What the thread is asked for: the arguments of `canonicalForm`. */
export interface CanonicalRequest {
  readonly document: Readonly<Record<string, unknown>>;
  readonly hash: HashName;
  readonly houseTypes?: ReadonlyMap<string, object> | undefined;
}

/** `failed`: why there is no canonical form. */
export type CanonicalReply = { readonly form: string } | { readonly failed: string };

/** Sources are run by tests; the thread itself is always the built one. */
const program = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../../dist/src/general/canonical-worker.js' : 'canonical-worker.js', import.meta.url),
);

/** It loads its libraries first. */
const MOST_TO_START = 10_000;

let worker: Worker | undefined;
let last: Promise<unknown> = Promise.resolve();

/** The canonical form as a thread makes it, one after the other; Error for a document that has none or takes too long. */
export function canonicalFormElsewhere(request: CanonicalRequest): Promise<string> {
  const mine = last.then(() => ask(request));
  last = mine.catch(() => undefined);
  return mine;
}

async function ask(request: CanonicalRequest): Promise<string> {
  const limit = worker ? MOST_MILLISECONDS : MOST_TO_START;
  worker ??= new Worker(program, { execArgv: [] });
  const asked = worker;
  asked.ref();
  const reply = await answerOf(asked, request, limit);
  // A process that has nothing else to do may end.
  asked.unref();
  if ('failed' in reply) throw new Error(reply.failed);
  return reply.form;
}

/** Whatever a thread does that does not answer, it ends with it; the next one begins anew. */
async function answerOf(asked: Worker, request: CanonicalRequest, limit: number): Promise<CanonicalReply> {
  try {
    const answer = once(asked, 'message', { signal: AbortSignal.timeout(limit) });
    asked.postMessage(request);
    const [reply] = await answer;
    return reply as CanonicalReply;
  } catch (error) {
    worker = undefined;
    void asked.terminate();
    throw error;
  }
}
