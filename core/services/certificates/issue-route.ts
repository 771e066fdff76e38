import { v7 as uuidv7 } from 'uuid';
import {
  type Actor,
  type Certificates,
  canonicalJson,
  contentHash,
  type IssueRequest,
  type JsonSchema,
  pointing,
  Refusal,
  type RouteHandler,
  type RouteTable,
} from '../../api/index.js';
import type { IntentRow } from './certificate-store.js';
import { issuanceRoutes } from './issuances/issuance-routes.js';
import { type Choosing, type Chosen, chosenOf, USUAL_TEMPLATE } from './issue-choices.js';

const reply: JsonSchema = {
  type: 'object',
  properties: {
    outcome: { enum: ['issued', 'existing'] },
    certificateId: { type: 'string', format: 'uuid' },
    number: { type: 'string', description: '12 Crockford base32 characters and a check symbol.' },
    links: { type: 'object', description: 'Relation → path.', additionalProperties: { type: 'string' } },
  },
};

/** The table with the routes that issue from what is posted, without a recorded dose behind it. */
export function withIssuing<R extends RouteTable['routes']>(table: { readonly mount: string; readonly routes: R }, record: JsonSchema) {
  const issue = {
    method: 'POST',
    path: '/v1/certificates',
    scope: 'certificates:issue',
    summary: 'Issues a certificate from the posted record alone; whoever may do this vouches for what it says.',
    body: {
      type: 'object',
      additionalProperties: false,
      required: ['record'],
      properties: {
        record,
        template: { type: 'string', maxLength: 100, description: `Folder name of the certificate template; default ${USUAL_TEMPLATE}.` },
        validUntil: { type: 'string', format: 'date-time', description: 'RFC 3339, in the future; default: for ever.' },
      },
    },
    idempotent: true,
    replies: {
      200: { description: 'It was issued before: the same Idempotency-Key, or without one the same content.', schema: reply },
      201: { description: 'Issued.', schema: reply },
      400: { description: 'The body or the record does not fit its schema.' },
      422: { description: 'A rule refused it, or the Idempotency-Key was used for other content.' },
    },
  } as const;
  return { ...table, routes: { ...table.routes, issue, ...issuanceRoutes } };
}

export interface Issuing extends Pick<Certificates, 'check' | 'issue'>, Choosing {
  intentOf(key: string): Promise<IntentRow | undefined>;
}

type Body = Chosen & { readonly record: Readonly<Record<string, unknown>> };

export function issueHandlers(issuing: Issuing): Record<'issue', RouteHandler> {
  return {
    async issue({ body, headers, actor }) {
      const { record, ...chosen } = body as Body;
      const content: Content = { record, ...chosenOf(chosen, issuing) };
      const { type } = await pointing('/record', () => issuing.check(record));
      const request: IssueRequest = {
        key: keyOf(actor!, headers['idempotency-key'], content),
        id: uuidv7(),
        subject: record,
        type,
        validFrom: issuing.clock.now().toISOString(),
        ...(content.validUntil !== undefined && { validUntil: content.validUntil }),
        template: content.template,
        owner: actor!.id,
      };
      const { id, number } = await issuing.issue(request);
      // The edge forgets an Idempotency-Key after a day; the certificate does not.
      if (id !== request.id && !isSame(await issuing.intentOf(request.key), content)) throw keyReused();
      const links = { certificate: `/v1/certificates/${id}` };
      const outcome = id === request.id ? 'issued' : 'existing';
      const answer = { outcome, certificateId: id, number, links };
      return { status: outcome === 'issued' ? 201 : 200, headers: { location: links.certificate }, body: answer };
    },
  };
}

type Content = Pick<Body, 'record' | 'validUntil'> & { readonly template: string };

/** One certificate per (tenant, actor, Idempotency-Key), or per content where there is none. The tenant is the table's. */
function keyOf(actor: Actor, key: string | undefined, content: Content): string {
  return `posted:${contentHash([actor.id, key === undefined ? 'content' : 'key', key ?? content])}`;
}

const isSame = (earlier: IntentRow | undefined, { record, template, validUntil }: Content): boolean =>
  earlier !== undefined &&
  canonicalJson([earlier.intent.subject, earlier.template, earlier.intent.validUntil ?? null]) ===
    canonicalJson([record, template, validUntil ?? null]);

const keyReused = (): Refusal =>
  new Refusal(422, 'IDEMPOTENCY_KEY_REUSED', 'This Idempotency-Key was used before, for another certificate; send a new one.');
