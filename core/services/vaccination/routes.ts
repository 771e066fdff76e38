import type { JsonSchema, RouteHandler, RouteTable, VaccinationInput, Vaccinations } from '../../api/index.js';
import { correctionHandlers, correctionRoutes } from './correction-routes.js';
import type { ChallengeAsked, Challenges } from './identity-challenges.js';
import { outcome, replyOf } from './outcome-reply.js';

const recipient: JsonSchema = {
  type: 'object',
  description: 'Where the certificate goes. It stands in no record and no certificate, and is erased once it has been delivered.',
  additionalProperties: false,
  properties: {
    email: { type: 'string', format: 'email', maxLength: 254 },
    phone: { type: 'string', pattern: '^\\+[1-9][0-9]{6,14}$', description: 'E.164.' },
    language: { type: 'string', pattern: '^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$', maxLength: 35, description: 'BCP 47.' },
  },
};

/** The body of a recording: the adopter's own record schema, so that the API's documentation always shows its fields. */
function recordingBody(record: JsonSchema): JsonSchema {
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
      recipient,
      payment: { type: 'string', format: 'uuid', description: 'The captured payment, in a programme that takes money first.' },
      record,
    },
  };
}

const challenge: JsonSchema = {
  type: 'object',
  properties: {
    id: { type: 'string', description: 'Goes into identity.input as challenge.' },
    provider: { type: 'string' },
    url: { type: 'string', format: 'uri', description: 'Where the person proves who they are.' },
    expiresAt: { type: 'string', format: 'date-time' },
  },
};

const challengeStatus: JsonSchema = {
  type: 'object',
  properties: {
    state: { enum: ['waiting', 'ready', 'used', 'failed'] },
    claims: { type: 'object', description: 'Of one that is ready: what the programme may see.', additionalProperties: { type: 'string' } },
    reason: { type: 'string', description: 'Of one that failed: a code, DECLINED for example.' },
  },
};

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
          200: { description: 'The same dose with the same content was recorded before.', schema: outcome },
          201: { description: 'Recorded; the certificate is issued.', schema: outcome },
          202: { description: 'Recorded; the certificate follows: ask Location again after Retry-After.', schema: outcome },
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
          200: { description: 'Its certificate is issued, or pending.', schema: outcome },
          404: { description: 'There is none with this id, or it is not yours.' },
        },
      },
      ...correctionRoutes(record, recipient),
      challenge: {
        method: 'POST',
        path: '/identity-challenges',
        scope: 'vaccination:record',
        summary: 'Begins an identification that the person completes elsewhere, at a digital ID for example.',
        body: {
          type: 'object',
          additionalProperties: false,
          properties: { programme: { type: 'string' }, provider: { type: 'string' } },
        },
        replies: {
          201: { description: 'Show url to the person, as a link or a QR code.', schema: challenge },
          422: { description: 'Unknown programme or provider, or one that needs no challenge.' },
          503: { description: 'The provider cannot be reached.' },
        },
      },
      look: {
        method: 'GET',
        path: '/identity-challenges/{provider}/{id}',
        scope: 'vaccination:record',
        summary: 'What became of a challenge, and the facts that the programme may see.',
        replies: {
          200: { description: 'waiting, ready, used or failed.', schema: challengeStatus },
          404: { description: 'There is none with this id, it has expired, or it is not yours.' },
        },
      },
    },
  };
}

type Handlers = Record<'record' | 'find' | 'correct' | 'versions' | 'challenge' | 'look', RouteHandler>;

export function vaccinationHandlers(vaccinations: Vaccinations, challenges: Challenges): Handlers {
  return {
    async record({ body, actor }) {
      return replyOf(await vaccinations.record(body as VaccinationInput, actor!));
    },
    async find({ params, actor }) {
      const found = await vaccinations.find(params.id ?? '', actor!);
      return { status: 200, headers: { etag: `"${found.version}"` }, body: found };
    },
    ...correctionHandlers(vaccinations),
    async challenge({ body, actor }) {
      return { status: 201, headers: PRIVATE, body: await challenges.start(body as ChallengeAsked, actor!) };
    },
    async look({ params, actor }) {
      return { status: 200, headers: PRIVATE, body: await challenges.look(params.provider ?? '', params.id ?? '', actor!) };
    },
  };
}

/** Challenges are worth an identity, and claims are personal. */
const PRIVATE = { 'cache-control': 'no-store' };
