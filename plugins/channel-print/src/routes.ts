import { type JsonSchema, Refusal, type RouteHandler, type RouteTable } from '@divoc/core/api';
import { type PrintJob, REASONS, type Reason } from './print-job.js';
import { type PrintQueue, unknownJob } from './print-queue.js';

const job: JsonSchema = {
  type: 'object',
  properties: {
    id: { type: 'string' },
    number: { type: 'string', description: 'As it is printed on the certificate.' },
    state: { enum: ['waiting', 'printing', 'printed', 'failed', 'unsure'] },
    attempt: { type: 'integer' },
    code: { type: 'string' },
    queuedAt: { type: 'string', format: 'date-time' },
    changedAt: { type: 'string', format: 'date-time' },
    decisions: { type: 'array', description: 'Reprints and confirmations: who, when, why.' },
  },
};
const page: JsonSchema = { type: 'object', properties: { items: { type: 'array', items: job }, next: { type: 'string' } } };
const unknown = { 404: { description: 'There is no such job.' } };

export const printRoutes = {
  routes: {
    list: {
      method: 'GET',
      path: '/jobs',
      scope: 'channel-print:print',
      summary: 'Jobs that are not printed, oldest first: ?state=waiting&after=&limit=.',
      replies: { 200: { description: 'Ids and printed numbers; no names.', schema: page } },
    },
    read: {
      method: 'GET',
      path: '/jobs/{id}',
      scope: 'channel-print:print',
      summary: 'One job, with what people have decided about it.',
      replies: { 200: { description: 'The job.', schema: job }, ...unknown },
    },
    claim: {
      method: 'POST',
      path: '/jobs/{id}/claims',
      scope: 'channel-print:print',
      summary: 'Takes a waiting job: its PDF, and the number of the attempt in Print-Attempt. It is given out once.',
      replies: {
        200: { description: 'Print it, then say what came of it.', mediaTypes: ['application/pdf'] },
        ...unknown,
        409: { description: 'It is not waiting.' },
      },
    },
    end: {
      method: 'POST',
      path: '/jobs/{id}/outcomes',
      scope: 'channel-print:print',
      summary: 'What came of an attempt. It may be said again.',
      body: {
        type: 'object',
        additionalProperties: false,
        required: ['attempt', 'outcome'],
        properties: { attempt: { type: 'integer', minimum: 1 }, outcome: { enum: ['printed', 'failed'] } },
      },
      replies: { 200: { description: 'Kept.', schema: job }, ...unknown, 409: { description: 'There has been another attempt since.' } },
    },
    confirm: {
      method: 'POST',
      path: '/jobs/{id}/confirmations',
      scope: 'channel-print:reprint',
      summary: 'A person says that the sheet of an unsure or failed job is there.',
      replies: { 200: { description: 'It is printed.', schema: job }, ...unknown, 409: { description: 'There is nothing to confirm.' } },
    },
    reprint: {
      method: 'POST',
      path: '/jobs/{id}/reprints',
      scope: 'channel-print:reprint',
      summary: 'A person asks for another sheet; who and why is kept with the job.',
      body: {
        type: 'object',
        additionalProperties: false,
        required: ['reason'],
        // A choice and no free text, in which sooner or later a name would stand.
        properties: { reason: { enum: REASONS } },
      },
      replies: { 200: { description: 'It waits again.', schema: job }, ...unknown, 409: { description: 'It is under way.' } },
    },
  },
} as const satisfies RouteTable;

const STATES = ['waiting', 'printing', 'failed', 'unsure'];
const MOST_LOOKED_AT = 2000;

/** `wake` is called when a job waits again. */
export function printHandlers(queue: PrintQueue, wake: () => void): Record<keyof typeof printRoutes.routes, RouteHandler> {
  const view = (found: PrintJob) => ({ status: 200, body: viewOf(queue, found) });
  return {
    async list({ query }) {
      const { state, after, limit = '100' } = query;
      if (state !== undefined && !STATES.includes(state)) throw new Refusal(400, 'STATE_UNKNOWN', `state is one of ${STATES.join(', ')}.`);
      if (!/^(?:[1-9]\d{0,2}|1000)$/.test(limit)) throw new Refusal(400, 'LIMIT_INVALID', 'limit is a number from 1 to 1000.');
      const items: unknown[] = [];
      let looked = 0;
      for await (const found of queue.open(after)) {
        if (state === undefined || found.state === state) items.push(viewOf(queue, found));
        looked += 1;
        if (items.length === Number(limit) || looked === MOST_LOOKED_AT) return { status: 200, body: { items, next: found.place } };
      }
      return { status: 200, body: { items } };
    },
    async read({ params }) {
      const found = await queue.find(params.id ?? '');
      if (!found) throw unknownJob();
      return view(found);
    },
    async claim({ params }) {
      const { job, pdf } = await queue.claim(params.id ?? '', 'agent');
      return {
        status: 200,
        mediaType: 'application/pdf',
        body: pdf,
        headers: {
          'print-attempt': String(job.attempt),
          'cache-control': 'no-store',
          'content-disposition': `attachment; filename="certificate-${job.number.replace(/[^\w-]/g, '')}.pdf"`,
        },
      };
    },
    async end({ params, body }) {
      const { attempt, outcome } = body as { attempt: number; outcome: 'printed' | 'failed' };
      return view(await queue.end(params.id ?? '', attempt, outcome, outcome === 'failed' ? 'PRINT_AGENT_FAILED' : undefined));
    },
    async confirm({ params, actor }) {
      return view(await queue.confirm(params.id ?? '', actor!.id));
    },
    async reprint({ params, body, actor }) {
      const found = await queue.reprint(params.id ?? '', actor!.id, (body as { reason: Reason }).reason);
      wake();
      return view(found);
    },
  };
}

function viewOf(queue: PrintQueue, found: PrintJob) {
  const { id, number, attempt, code, queuedAt, changedAt, decisions } = found;
  return { id, number, state: queue.stateOf(found), attempt, ...(code !== undefined && { code }), queuedAt, changedAt, decisions };
}
