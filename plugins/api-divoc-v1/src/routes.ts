import { type Actor, type JsonSchema, Refusal, type RouteHandler, type RouteTable } from '@divoc/core/api';
import type { ItemReply } from './certify.js';

const MOST_ITEMS = 1000;
const MOST_BYTES = 8 * 1024 * 1024;

const reply: JsonSchema = {
  type: 'array',
  items: {
    type: 'object',
    required: ['index', 'outcome', 'warnings'],
    properties: {
      index: { type: 'integer', description: 'Place of the item in the request, from 0.' },
      outcome: {
        enum: ['issued', 'existing', 'pending', 'refused'],
        description: 'existing: sent before, with the same content. pending: recorded, and the certificate follows; send it again to see.',
      },
      certificateId: { type: 'string', format: 'uuid' },
      links: { type: 'object', description: 'Relation → path; empty while pending.', additionalProperties: { type: 'string' } },
      warnings: { type: 'array', description: 'What is accepted and makes no sense, or is not kept. Pointers into the item.' },
      problem: { type: 'object', description: 'Why it was refused (RFC 9457); the pointers of its errors point into the item.' },
    },
  },
};

export const certifyRoutes: RouteTable = {
  mount: '/divoc/api/v1',
  routes: {
    certify: {
      method: 'POST',
      path: '/certify',
      scope: 'vaccination:record',
      summary: "DIVOC's certify request: records doses and issues a certificate for each.",
      // Each item is checked on its own, so that one bad item does not cost the others their certificates.
      body: { type: 'array', description: `1 to ${MOST_ITEMS} requests as DIVOC's CertificationRequest (v1) describes them.` },
      bodyLimit: MOST_BYTES,
      replies: {
        200: { description: 'At least one item was accepted; each says for itself.', schema: reply },
        400: { description: 'No item was accepted, or the body is not an array of 1 to 1000 items.', schema: reply },
      },
    },
  },
};

type Certify = (items: readonly unknown[], actor: Actor) => Promise<ItemReply[]>;

export function certifyHandlers(certify: Certify): Record<'certify', RouteHandler> {
  return {
    async certify({ body, actor }) {
      const items = body as readonly unknown[];
      if (items.length === 0) throw new Refusal(400, 'ITEMS_MISSING', `The array is empty. Send 1 to ${MOST_ITEMS} items.`);
      if (items.length > MOST_ITEMS)
        throw new Refusal(400, 'ITEMS_TOO_MANY', `The array is too long. Send at most ${MOST_ITEMS} items at once.`);
      const replies = await certify(items, actor!);
      const isAnyAccepted = replies.some(({ outcome }) => outcome !== 'refused');
      return { status: isAnyAccepted ? 200 : 400, body: replies };
    },
  };
}
