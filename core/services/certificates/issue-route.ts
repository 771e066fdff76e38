import { v7 as uuidv7 } from 'uuid';
import {
  type Actor,
  type Certificates,
  type Clock,
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

const USUAL_TEMPLATE = 'certificate-a4';

const reply: JsonSchema = {
  type: 'object',
  properties: {
    outcome: { enum: ['issued', 'existing'] },
    certificateId: { type: 'string', format: 'uuid' },
    number: { type: 'string', description: '12 Crockford base32 characters and a check symbol.' },
    links: { type: 'object', description: 'Relation → path.', additionalProperties: { type: 'string' } },
  },
};

/** The table with the route that issues from what is posted, without a recorded dose behind it. */
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
  return { ...table, routes: { ...table.routes, issue } };
}

export interface Issuing extends Pick<Certificates, 'check' | 'issue'> {
  readonly templates: readonly string[];
  readonly clock: Clock;
  intentOf(key: string): Promise<IntentRow | undefined>;
}

interface Body {
  readonly record: Readonly<Record<string, unknown>>;
  readonly template?: string;
  readonly validUntil?: string;
}

export function issueHandlers(issuing: Issuing): Record<'issue', RouteHandler> {
  return {
    async issue({ body, headers, actor }) {
      const { record, template = issuing.templates.length === 1 ? issuing.templates[0]! : USUAL_TEMPLATE, validUntil } = body as Body;
      if (!issuing.templates.includes(template)) throw unknownTemplate(issuing.templates);
      const content: Content = { record, template, ...(validUntil !== undefined && { validUntil: future(validUntil, issuing.clock) }) };
      const { type } = await pointing('/record', () => issuing.check(record));
      const request: IssueRequest = {
        key: keyOf(actor!, headers['idempotency-key'], content),
        id: uuidv7(),
        subject: record,
        type,
        validFrom: issuing.clock.now().toISOString(),
        ...(content.validUntil !== undefined && { validUntil: content.validUntil }),
        template,
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

type Content = Required<Pick<Body, 'record' | 'template'>> & Pick<Body, 'validUntil'>;

/** One certificate per (tenant, actor, Idempotency-Key), or per content where there is none. The tenant is the table's. */
function keyOf(actor: Actor, key: string | undefined, content: Content): string {
  return `posted:${contentHash([actor.id, key === undefined ? 'content' : 'key', key ?? content])}`;
}

const isSame = (earlier: IntentRow | undefined, { record, template, validUntil }: Content): boolean =>
  earlier !== undefined &&
  canonicalJson([earlier.intent.subject, earlier.template, earlier.intent.validUntil ?? null]) ===
    canonicalJson([record, template, validUntil ?? null]);

/** The instant in UTC. A leap second has the format, and JavaScript no date for it. */
function future(text: string, clock: Clock): string {
  const at = new Date(text);
  if (at.getTime() > clock.now().getTime()) return at.toISOString();
  const fault = { pointer: '/validUntil', code: 'VALIDITY_ENDED', detail: 'must lie in the future', fix: 'Send a later instant, or none.' };
  throw new Refusal(422, 'VALIDITY_ENDED', 'The certificate would be invalid from its first moment.', { errors: [fault] });
}

function unknownTemplate(known: readonly string[]): Refusal {
  const fix = `Send one of ${known.join(', ')}.`;
  const fault = { pointer: '/template', code: 'TEMPLATE_UNKNOWN', detail: 'there is no such template', fix };
  return new Refusal(422, 'TEMPLATE_UNKNOWN', `There is no such template. Known here: ${known.join(', ')}.`, { errors: [fault] });
}

const keyReused = (): Refusal =>
  new Refusal(422, 'IDEMPOTENCY_KEY_REUSED', 'This Idempotency-Key was used before, for another certificate; send a new one.');
