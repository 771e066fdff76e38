// The thread of `canonical-thread.ts`: answers each request with the canonical form, or with why there is none.
import { parentPort } from 'node:worker_threads';
import { canonicalForm } from './canonical-form.js';
import type { CanonicalReply, CanonicalRequest } from './canonical-thread.js';

parentPort?.on('message', ({ document, hash, houseTypes }: CanonicalRequest) => {
  const answer = (reply: CanonicalReply) => parentPort?.postMessage(reply);
  canonicalForm(document, hash, houseTypes).then(
    (form) => answer({ form }),
    (error: Error) => answer({ failed: error.message }),
  );
});
