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
import type { Issuable } from './issuable.js';
import { issuanceRoutes } from './issuances/issuance-routes.js';
import { type Choice, type Choosing, type Chosen, chosenOf } from './issue-choices.js';
import type { SubjectCheck } from './subject-check.js';
import { VACCINATION } from './type-settings.js';

const reply: JsonSchema = {
  type: 'object',
  properties: {
    outcome: { enum: ['issued', 'existing'] },
    certificateId: { type: 'string', format: 'uuid' },
    number: { type: 'string', description: '12 Crockford base32 characters and a check symbol.' },
    links: { type: 'object', description: 'Relation → path.', additionalProperties: { type: 'string' } },
  },
};

const typesRoute = {
  method: 'GET',
  path: '/v1/credential-types',
  scope: 'certificates:issue',
  summary: 'The types of credentials that are issued here: names, fields, formats and templates.',
  replies: {
    200: {
      description: 'All of them.',
      schema: {
        type: 'object',
        properties: {
          items: {
            type: 'array',
            items: {
              type: 'object',
              properties: {
                type: { type: 'string', description: 'What is posted as type.' },
                credential: { type: 'string', description: 'Its name in the type of the credentials.' },
                context: { type: 'string', description: 'URL of the JSON-LD context, which has the published schema as well.' },
                schema: { type: 'object', description: 'The JSON Schema of a record.' },
                formats: { type: 'array', items: { type: 'string' }, description: 'The first is the primary one.' },
                templates: { type: 'array', items: { type: 'string' } },
                template: { type: 'string', description: 'The one that is used when none is named.' },
              },
            },
          },
        },
      },
    },
  },
} as const satisfies RouteTable['routes'][string];

/** The table with the routes that issue from what is posted, without a recorded dose behind it. `records` are their schemas by name. */
export function withIssuing<R extends RouteTable['routes']>(
  table: { readonly mount: string; readonly routes: R },
  records: Readonly<Record<string, JsonSchema>>,
) {
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
        type: { enum: Object.keys(records), description: `Which type of credential; default ${VACCINATION}.` },
        record: { type: 'object' },
        template: { type: 'string', maxLength: 100, description: "Folder name of one of the type's templates; default: its usual one." },
        validUntil: { type: 'string', format: 'date-time', description: 'RFC 3339, in the future; default: for ever.' },
      },
      allOf: Object.entries(records).map(([name, record]) => ({
        if: { properties: { type: { const: name } }, ...(name !== VACCINATION && { required: ['type'] }) },
        // biome-ignore lint/suspicious/noThenProperty: the word of JSON Schema.
        then: { properties: { record } },
      })),
    },
    idempotent: true,
    replies: {
      200: { description: 'It was issued before: the same Idempotency-Key, or without one the same content.', schema: reply },
      201: { description: 'Issued.', schema: reply },
      400: { description: 'The body or the record does not fit its schema.' },
      422: { description: 'A rule refused it, or the Idempotency-Key was used for other content.' },
    },
  } as const;
  return { ...table, routes: { ...table.routes, types: typesRoute, issue, ...issuanceRoutes } };
}

export interface Issuing extends Pick<Certificates, 'issue'>, Choosing {
  readonly check: SubjectCheck;
  intentOf(key: string): Promise<IntentRow | undefined>;
}

type Body = Chosen & { readonly record: Readonly<Record<string, unknown>> };

export function issueHandlers(issuing: Issuing): Record<'types' | 'issue', RouteHandler> {
  return {
    async types() {
      return { status: 200, body: { items: [...issuing.issuable.values()].map(viewOf) } };
    },
    async issue({ body, headers, actor }) {
      const { record, ...chosen } = body as Body;
      const content: Content = { record, ...chosenOf(chosen, issuing) };
      const { type, formats } = issuing.issuable.get(content.type) as Issuable;
      await pointing('/record', () => issuing.check(record, { type, formats }));
      const request: IssueRequest = {
        key: keyOf(actor!, headers['idempotency-key'], content),
        id: uuidv7(),
        subject: record,
        type: type.hash,
        formats,
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

const viewOf = ({ name, type, schema, formats, templates, template }: Issuable) => {
  return { type: name, credential: type.name, context: type.url, schema, formats, templates, template };
};

type Content = Choice & Pick<Body, 'record'>;

/**
 * One certificate per (tenant, actor, Idempotency-Key), or per content where there is none. The tenant is the table's. What
 * it is a type of is not said again: its template is of that type alone.
 */
function keyOf(actor: Actor, key: string | undefined, { type: _, ...content }: Content): string {
  return `posted:${contentHash([actor.id, key === undefined ? 'content' : 'key', key ?? content])}`;
}

const isSame = (earlier: IntentRow | undefined, { record, template, validUntil }: Content): boolean =>
  earlier !== undefined &&
  canonicalJson([earlier.intent.subject, earlier.template, earlier.intent.validUntil ?? null]) ===
    canonicalJson([record, template, validUntil ?? null]);

const keyReused = (): Refusal =>
  new Refusal(422, 'IDEMPOTENCY_KEY_REUSED', 'This Idempotency-Key was used before, for another certificate; send a new one.');
