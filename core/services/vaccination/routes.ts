import type {
  JsonSchema,
  RouteHandler,
  RouteReply,
  RouteTable,
  VaccinationInput,
  VaccinationOutcome,
  Vaccinations,
} from '../../api/index.js';

const reply: JsonSchema = {
  type: 'object',
  properties: {
    outcome: { enum: ['issued', 'existing', 'pending'] },
    vaccinationId: { type: 'string', format: 'uuid' },
    certificateId: { type: 'string', format: 'uuid' },
    links: { type: 'object', description: 'Relation → path.', additionalProperties: { type: 'string' } },
    warnings: { type: 'array' },
  },
};

/** The body of a recording: the adopter's own record schema, so that the API's documentation always shows its fields. */
export function recordingBody(record: JsonSchema): JsonSchema {
  return {
    type: 'object',
    additionalProperties: false,
    required: ['identity', 'record'],
    properties: {
      programme: { type: 'string', description: 'May be left out where there is one.' },
      identity: {
        type: 'object',
        description: 'Who the person is, as the provider wants to be told. It is not kept: a keyed hash is.',
        additionalProperties: false,
        required: ['input'],
        properties: {
          provider: { type: 'string', description: 'May be left out where the programme has one.' },
          input: { type: 'object' },
        },
      },
      record,
    },
  };
}

export function vaccinationRoutes(record: JsonSchema): RouteTable {
  return {
    mount: '/v1',
    routes: {
      record: {
        method: 'POST',
        path: '/vaccinations',
        scope: 'vaccination:record',
        summary: 'Records one dose and issues its certificate.',
        body: recordingBody(record),
        idempotent: true,
        replies: {
          200: { description: 'The same dose with the same content was recorded before.', schema: reply },
          201: { description: 'Recorded; the certificate is issued.', schema: reply },
          202: { description: 'Recorded; the certificate follows: ask Location again after Retry-After.', schema: reply },
          400: { description: 'The body or the record does not fit its schema.' },
          409: { description: 'The dose is recorded with other content (DOSE_CONFLICT names the fields).' },
          422: { description: 'A rule refused the record.' },
        },
      },
      find: {
        method: 'GET',
        path: '/vaccinations/{id}',
        scope: 'vaccination:read',
        summary: 'What became of a recorded dose.',
        replies: {
          200: { description: 'Its certificate is issued, or pending.', schema: reply },
          404: { description: 'There is none with this id, or it is not yours.' },
        },
      },
    },
  };
}

export function vaccinationHandlers(vaccinations: Vaccinations): Record<'record' | 'find', RouteHandler> {
  return {
    async record({ body, actor }) {
      return replyOf(await vaccinations.record(body as VaccinationInput, actor!));
    },
    async find({ params, actor }) {
      return { status: 200, body: await vaccinations.find(params.id ?? '', actor!) };
    },
  };
}

const STATUS = { issued: 201, existing: 200, pending: 202 } as const;

function replyOf(outcome: VaccinationOutcome): RouteReply {
  const headers = { location: `/v1/vaccinations/${outcome.vaccinationId}`, ...(outcome.outcome === 'pending' && { 'retry-after': '1' }) };
  return { status: STATUS[outcome.outcome], headers, body: outcome };
}
