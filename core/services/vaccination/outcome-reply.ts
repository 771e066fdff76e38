import type { JsonSchema, RouteReply, VaccinationOutcome } from '../../api/index.js';

/** What became of a recorded dose, as routes answer it. */
export const outcome: JsonSchema = {
  type: 'object',
  properties: {
    outcome: { enum: ['issued', 'existing', 'pending'] },
    vaccinationId: { type: 'string', format: 'uuid' },
    version: { type: 'integer', minimum: 1, description: 'Of the record: one more with every correction.' },
    certificateId: { type: 'string', format: 'uuid' },
    links: { type: 'object', description: 'Relation → path.', additionalProperties: { type: 'string' } },
    deliveries: {
      type: 'array',
      description: 'How it travels, by channel.',
      items: { type: 'object', properties: { channel: { type: 'string' }, state: { type: 'string' }, links: { type: 'object' } } },
    },
    payment: { type: 'object', description: 'What is owed for the dose: id, state, due.' },
    warnings: { type: 'array' },
  },
};

const STATUS = { issued: 201, existing: 200, pending: 202 } as const;

export function replyOf(outcome: VaccinationOutcome): RouteReply {
  const headers = {
    location: `/v1/vaccinations/${outcome.vaccinationId}`,
    etag: `"${outcome.version}"`,
    ...(outcome.outcome === 'pending' && { 'retry-after': '1' }),
  };
  return { status: STATUS[outcome.outcome], headers, body: outcome };
}
