import { type Actor, type JsonSchema, Refusal, type RouteDeclaration, type RouteHandler, type RouteTable } from '@divoc/core/api';
import type { Certify, ItemReply } from './certify.js';
import type { Revocation, Revoked } from './revoke.js';

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

const replies = {
  200: { description: 'At least one item was accepted; each says for itself.', schema: reply },
  400: { description: 'No item was accepted, or the body is not an array of 1 to 1000 items.', schema: reply },
};
const REQUESTS = { v1: 'CertificationRequest', v3: 'CertificationRequestV2' } as const;

function certify(version: keyof typeof REQUESTS): RouteDeclaration {
  return {
    method: 'POST',
    path: `/${version}/certify`,
    scope: 'vaccination:record',
    summary: "DIVOC's certify request: records doses and issues a certificate for each.",
    // Each item is checked on its own, so that one bad item does not cost the others their certificates.
    body: { type: 'array', description: `1 to ${MOST_ITEMS} requests as DIVOC's ${REQUESTS[version]} describes them.` },
    bodyLimit: MOST_BYTES,
    replies,
  };
}

function update(version: keyof typeof REQUESTS): RouteDeclaration {
  return {
    ...certify(version),
    method: 'PUT',
    path: `/${version}/certificate`,
    scope: 'vaccination:correct',
    summary: "DIVOC's update request: corrects recorded doses; new certificates supersede the old ones.",
    replies: {
      ...replies,
      412: { description: 'No item was accepted, for want of a certificate to update or after too many updates.', schema: reply },
    },
  };
}

export const divocRoutes = {
  mount: '/divoc/api',
  routes: {
    certify: certify('v1'),
    certifyV3: certify('v3'),
    update: update('v1'),
    updateV3: update('v3'),
    revoke: {
      method: 'DELETE',
      path: '/v1/certificates/{preEnrollmentCode}',
      scope: 'certificates:revoke',
      summary: "DIVOC's revocation of a person's last doses: ?doses=1,2 or ?allDoses=true, and ?programId= where there are several.",
      replies: {
        200: {
          description: 'They are revoked, now or since before.',
          schema: {
            type: 'array',
            items: { type: 'object', properties: { dose: { type: 'integer' }, certificateId: { type: 'string' } } },
          },
        },
        400: { description: 'The doses cannot be read, or are not the last ones in a row.' },
        404: { description: 'Nothing is recorded of this person.' },
      },
    },
  },
} as const satisfies RouteTable;

export interface Answers extends Readonly<Record<Exclude<keyof typeof divocRoutes.routes, 'revoke'>, Certify>> {
  revoke(revocation: Omit<Revocation, 'programme'> & { readonly programId?: string }, actor: Actor): Promise<readonly Revoked[]>;
}

export function divocHandlers({ revoke, ...answers }: Answers): Record<keyof typeof divocRoutes.routes, RouteHandler> {
  return {
    certify: each(answers.certify),
    certifyV3: each(answers.certifyV3),
    update: each(answers.update),
    updateV3: each(answers.updateV3),
    async revoke({ params, query, actor }) {
      const { doses, allDoses, programId } = query;
      const asked = Object.entries({ doses, allDoses, programId }).filter(([, value]) => value !== undefined);
      return { status: 200, body: await revoke({ code: params.preEnrollmentCode ?? '', ...Object.fromEntries(asked) }, actor!) };
    },
  };
}

function each(certify: Certify): RouteHandler {
  return async ({ body, actor }) => {
    const items = body as readonly unknown[];
    if (items.length === 0) throw new Refusal(400, 'ITEMS_MISSING', `The array is empty. Send 1 to ${MOST_ITEMS} items.`);
    if (items.length > MOST_ITEMS)
      throw new Refusal(400, 'ITEMS_TOO_MANY', `The array is too long. Send at most ${MOST_ITEMS} items at once.`);
    const replies = await certify(items, actor!);
    return { status: statusOf(replies), body: replies };
  };
}

function statusOf(replies: readonly ItemReply[]): number {
  if (replies.some(({ outcome }) => outcome !== 'refused')) return 200;
  return replies.every(({ problem }) => problem?.status === 412) ? 412 : 400;
}
