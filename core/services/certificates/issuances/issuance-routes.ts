import { type Actor, type JsonSchema, Refusal, type RouteHandler, type RouteTable } from '../../../api/index.js';
import type { Storage } from '../../../internal/index.js';
import { type Choosing, type Chosen, chosenOf } from '../issue-choices.js';
import { type Accepting, acceptIssuance } from './accept-issuance.js';
import type { Issuance, IssuanceStore, Item } from './issuance-store.js';

/** As much as is parsed and looked through in one go. */
const BODY_BYTES = 512 * 1024;
const MOST_RECORDS = 1000;
const SECONDS_UNTIL_ASKED = '2';

const issuance: JsonSchema = {
  type: 'object',
  properties: {
    id: { type: 'string', format: 'uuid' },
    state: { enum: ['accepted', 'working', 'done'] },
    records: { type: 'integer', description: 'How many were posted.' },
    issued: { type: 'integer' },
    refused: { type: 'integer' },
    acceptedAt: { type: 'string', format: 'date-time' },
    doneAt: { type: 'string', format: 'date-time' },
    links: { type: 'object', description: 'Relation → path.', additionalProperties: { type: 'string' } },
  },
};
const items: JsonSchema = {
  type: 'object',
  properties: {
    items: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          index: { type: 'integer', description: 'Its place among the records that were posted, from 0.' },
          outcome: { enum: ['issued', 'refused'] },
          certificateId: { type: 'string', format: 'uuid' },
          number: { type: 'string', description: '12 Crockford base32 characters and a check symbol.' },
          links: { type: 'object', description: 'Relation → path.', additionalProperties: { type: 'string' } },
          errors: {
            type: 'array',
            description: 'What was wrong with it: pointer into the record, code, detail, fix; no value.',
            items: { type: 'object' },
          },
        },
      },
    },
    next: { type: 'integer' },
  },
};
const unknown = { 404: { description: 'There is no such issuance, or it is not yours.' } };

export const issuanceRoutes = {
  issueMany: {
    method: 'POST',
    path: '/v1/issuances',
    scope: 'certificates:issue',
    summary: 'Issues a certificate from each of the posted records, each accepted or refused on its own, once the answer has been given.',
    bodyLimit: BODY_BYTES,
    body: {
      type: 'object',
      additionalProperties: false,
      required: ['records'],
      properties: {
        records: {
          type: 'array',
          minItems: 1,
          maxItems: MOST_RECORDS,
          items: { type: 'object' },
          description: 'Each as POST /v1/certificates takes it; looked at one by one, later.',
        },
        type: { type: 'string', maxLength: 100, description: 'Which type of credential, for all of them; default vaccination.' },
        template: { type: 'string', maxLength: 100, description: 'Folder name of the certificate template, for all of them.' },
        validUntil: { type: 'string', format: 'date-time', description: 'RFC 3339, in the future, for all of them; default: for ever.' },
      },
    },
    idempotent: true,
    replies: {
      200: { description: 'They were posted before: the same Idempotency-Key, or without one the same content.', schema: issuance },
      202: { description: 'They will be issued: ask Location again after Retry-After.', schema: issuance },
      400: { description: 'The body does not fit its schema.' },
      413: { description: 'It is too large; send fewer records at once.' },
      422: { description: 'A rule refused all of it, or the Idempotency-Key was used for other content.' },
    },
  },
  issuance: {
    method: 'GET',
    path: '/v1/issuances/{id}',
    scope: 'certificates:read',
    summary: 'How far an issuance of the caller has come.',
    replies: { 200: { description: 'Here it is.', schema: issuance }, ...unknown },
  },
  issuanceItems: {
    method: 'GET',
    path: '/v1/issuances/{id}/items',
    scope: 'certificates:read',
    summary: 'What became of each record so far, in their order: outcome, after, limit.',
    replies: {
      200: { description: 'A page.', schema: items },
      400: { description: 'A parameter is not known or not a number.' },
      ...unknown,
    },
  },
} as const satisfies RouteTable['routes'];

export interface IssuanceAnswers extends Accepting, Choosing {
  readonly storage: Storage;
  readonly issuances: IssuanceStore;
}

type Body = Chosen & { readonly records: readonly Readonly<Record<string, unknown>>[] };

export function issuanceHandlers(answers: IssuanceAnswers): Record<keyof typeof issuanceRoutes, RouteHandler> {
  const { issuances, storage } = answers;
  const owned = async (id = '', actor: Actor | null): Promise<Issuance> => {
    const found = await issuances.find(storage.knex, id);
    if (found && found.owner === actor?.id) return found;
    throw new Refusal(404, 'ISSUANCE_UNKNOWN', 'There is no such issuance, or it is not yours.');
  };
  return {
    async issueMany({ body, headers, actor }) {
      const { records, ...chosen } = body as Body;
      const key = headers['idempotency-key'];
      const posted = { records, ...chosenOf(chosen, answers), owner: actor?.id ?? '', ...(key !== undefined && { key }) };
      const { issuance, isNew } = await acceptIssuance(answers, posted);
      const view = viewOf(issuance);
      const later = view.state === 'done' ? {} : { 'retry-after': SECONDS_UNTIL_ASKED };
      return { status: isNew ? 202 : 200, headers: { location: view.links.self, ...later }, body: view };
    },
    async issuance({ params, actor }) {
      return { status: 200, body: viewOf(await owned(params.id, actor)) };
    },
    async issuanceItems({ params, query: { outcome, after, limit = '100', ...others }, actor }) {
      if (Object.keys(others).length > 0) throw badQuery('There is a parameter that is not known here; known are outcome, after, limit.');
      if (outcome !== undefined && outcome !== 'issued' && outcome !== 'refused') throw badQuery('outcome must be issued or refused.');
      const { id } = await owned(params.id, actor);
      const most = numberOf(limit, 1, 1000);
      const wanted = { after: after === undefined ? -1 : numberOf(after, 0, MOST_RECORDS), limit: most + 1 };
      const found = await issuances.items(storage.knex, id, { ...wanted, ...(outcome !== undefined && { outcome }) });
      const page = found.slice(0, most);
      const next = found.length > most ? page.at(-1)?.index : undefined;
      return { status: 200, body: { items: page.map(itemOf), ...(next !== undefined && { next }) } };
    },
  };
}

function viewOf({ id, records, issued, refused, acceptedAt, doneAt }: Issuance) {
  const state = doneAt !== undefined ? 'done' : issued + refused > 0 ? 'working' : 'accepted';
  const self = `/v1/issuances/${id}`;
  const links = { self, items: `${self}/items` };
  return { id, state, records, issued, refused, acceptedAt, ...(doneAt !== undefined && { doneAt }), links };
}

const itemOf = ({ index, certificateId, number, faults }: Item & { readonly number?: string }) =>
  certificateId === undefined
    ? { index, outcome: 'refused', errors: faults }
    : { index, outcome: 'issued', certificateId, number, links: { certificate: `/v1/certificates/${certificateId}` } };

const badQuery = (detail: string) => new Refusal(400, 'QUERY_INVALID', detail);

function numberOf(text: string, least: number, most: number): number {
  if (/^\d{1,4}$/.test(text) && Number(text) >= least && Number(text) <= most) return Number(text);
  throw badQuery(`A number must be from ${least} to ${most}.`);
}
