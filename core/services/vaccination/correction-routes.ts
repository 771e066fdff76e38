import { type CorrectionInput, type JsonSchema, REVOCATION_REASONS, type RouteHandler, type Vaccinations } from '../../api/index.js';
import { ifMatch } from '../../internal/index.js';
import { outcome, replyOf } from './outcome-reply.js';

const version: JsonSchema = {
  type: 'object',
  properties: {
    version: { type: 'integer', minimum: 1 },
    certificateId: { type: 'string', format: 'uuid' },
    record: { type: 'object' },
    correction: { type: 'object', description: 'Why, by whom and when it took the place of the one before; none in the first.' },
  },
};

/** What was recorded wrongly, put right: a new version, and a certificate that supersedes the old one. */
export function correctionRoutes(record: JsonSchema, recipient: JsonSchema) {
  return {
    correct: {
      method: 'POST',
      path: '/vaccinations/{id}/corrections',
      scope: 'vaccination:correct',
      summary: 'Gives a recorded dose other content; its certificate is superseded by a new one. If-Match names the version that was seen.',
      body: {
        type: 'object',
        additionalProperties: false,
        required: ['record', 'reason'],
        properties: {
          record,
          reason: { type: 'string', enum: REVOCATION_REASONS, description: 'A code; there is no place for words about a person.' },
          recipient,
        },
      },
      idempotent: true,
      replies: {
        200: { description: 'It is recorded like this already; nothing changed.', schema: outcome },
        201: { description: 'Corrected; the new certificate is issued.', schema: outcome },
        202: { description: 'Corrected; the new certificate follows: ask Location again after Retry-After.', schema: outcome },
        400: { description: 'The body or the record does not fit its schema.' },
        404: { description: 'There is none with this id.' },
        409: { description: 'Its certificate is pending (Retry-After), or has been revoked.' },
        412: { description: 'It is at another version than If-Match says.' },
        422: { description: 'A rule refused the record, or it is of another dose.' },
      },
    },
    versions: {
      method: 'GET',
      path: '/vaccinations/{id}/versions',
      scope: 'vaccination:correct',
      summary: 'All versions of a recorded dose, the first one first.',
      replies: {
        200: { description: 'Its versions.', schema: { type: 'object', properties: { items: { type: 'array', items: version } } } },
        404: { description: 'There is none with this id.' },
      },
    },
  } as const;
}

type Body = Pick<CorrectionInput, 'record' | 'reason' | 'recipient'>;

export function correctionHandlers(vaccinations: Vaccinations): Record<'correct' | 'versions', RouteHandler> {
  return {
    async correct({ params, body, headers, actor }) {
      const seen = ifMatch(headers['if-match']);
      const of = { id: params.id ?? '', ...(seen !== undefined && { version: seen }) };
      return replyOf(await vaccinations.correct({ ...(body as Body), of }, actor!));
    },
    async versions({ params }) {
      return { status: 200, headers: { 'cache-control': 'no-store' }, body: { items: await vaccinations.versions(params.id ?? '') } };
    },
  };
}
