import { type Actor, Refusal, type RouteHandler, type RouteReply } from '@divoc/core/api';
import { nameOf } from './columns.js';
import { type ReceiveOptions, receive } from './receive.js';
import { cell, reportCsv, reportRows } from './report.js';
import { OUTCOMES } from './routes.js';
import type { RowTarget } from './row-target.js';
import type { RowOutcome, Upload, UploadType } from './upload.js';

export function uploadHandlers(instance: string, options: ReceiveOptions): Record<string, RouteHandler> {
  const { store, targets } = options;
  const base = `/x/${instance}/uploads`;

  const view = ({ id, type, programme, state, rows, counts, ignored, receivedAt, changedAt }: Upload) => ({
    id,
    type,
    ...(programme !== undefined && { programme }),
    state,
    rows,
    counts,
    ignoredColumns: ignored,
    receivedAt,
    changedAt,
    links: { self: `${base}/${id}`, rows: `${base}/${id}/rows`, report: `${base}/${id}/report.csv` },
  });
  const own = async (id: string | undefined, actor: Actor | null): Promise<Upload> => {
    const found = /^[\w-]{43}$/.test(id ?? '') ? await store.get(id as string) : undefined;
    if (found && found.upload.actor.id === actor?.id) return found.upload;
    throw new Refusal(404, 'UPLOAD_UNKNOWN', 'There is no such upload, or it is not yours.');
  };

  return {
    async upload({ query: { type, programme, ...others }, headers, body, actor }): Promise<RouteReply> {
      refuseOthers(others, 'type, programme');
      const target = targetOf(targets, type);
      if (!actor?.scopes.includes(target.scope)) {
        throw new Refusal(403, 'SCOPE_MISSING', `Rows of this type need the scope ${target.scope} too.`, {
          headers: { 'www-authenticate': `Bearer error="insufficient_scope", scope="${target.scope}"` },
        });
      }
      const contentType = headers['content-type'] ?? '';
      const file = {
        bytes: body as Uint8Array,
        contentType,
        type: type as UploadType,
        target,
        actor,
        ...(programme !== undefined && { programme }),
      };
      const { upload, isNew } = await receive(file, options);
      const isDone = upload.state === 'done';
      const location = `${base}/${upload.id}`;
      return {
        status: isDone ? (isNew ? 201 : 200) : 202,
        headers: { location, ...(!isDone && { 'retry-after': '2' }) },
        body: view(upload),
      };
    },

    async uploads({ query: { after, limit = '50', ...others }, actor }) {
      refuseOthers(others, 'after, limit');
      const { ids, next } = await store.history(actor?.id ?? '', after, numberOf(limit, 1, 100));
      const found = await Promise.all(ids.map((id) => store.get(id)));
      return { status: 200, body: { items: found.flatMap((one) => (one ? [view(one.upload)] : [])), ...(next !== undefined && { next }) } };
    },

    async look({ params, actor }) {
      return { status: 200, body: view(await own(params.id, actor)) };
    },

    async rows({ params, query: { outcome, after = '0', limit = '100', ...others }, actor }) {
      refuseOthers(others, 'outcome, after, limit');
      if (outcome !== undefined && !OUTCOMES.includes(outcome as RowOutcome))
        throw badQuery(`outcome must be one of ${OUTCOMES.join(', ')}.`);
      const query = {
        after: numberOf(after, 0, 10_000_000),
        limit: numberOf(limit, 1, 1000),
        ...(outcome !== undefined && { outcome: outcome as RowOutcome }),
      };
      return { status: 200, body: await reportRows(store, await own(params.id, actor), query) };
    },

    async report({ params, actor }) {
      return csvReply(await reportCsv(store, await own(params.id, actor)), 'report.csv');
    },

    async template({ params }) {
      const target = targetOf(targets, params.type?.replace(/\.csv$/, ''), 404);
      return csvReply(`${target.columns.map((column) => cell(nameOf(column))).join(',')}\r\n`, 'template.csv');
    },
  };
}

function targetOf(targets: ReceiveOptions['targets'], type: string | undefined, status: 400 | 404 = 400): RowTarget {
  const target = type !== undefined && Object.hasOwn(targets, type) ? targets[type as UploadType] : undefined;
  if (target) return target;
  throw new Refusal(status, 'UPLOAD_TYPE_UNKNOWN', `Say what the rows are: type must be one of ${Object.keys(targets).join(', ')}.`);
}

/** With a byte order mark, without which Excel takes UTF-8 for something else. */
const csvReply = (text: string, name: string): RouteReply => ({
  status: 200,
  mediaType: 'text/csv; charset=utf-8',
  headers: { 'content-disposition': `attachment; filename="${name}"` },
  body: `\ufeff${text}`,
});

const badQuery = (detail: string) => new Refusal(400, 'QUERY_INVALID', detail);

function refuseOthers(others: object, known: string): void {
  if (Object.keys(others).length > 0) throw badQuery(`There is a parameter that is not known here; known are ${known}.`);
}

function numberOf(text: string, least: number, most: number): number {
  if (/^\d{1,9}$/.test(text) && Number(text) >= least && Number(text) <= most) return Number(text);
  throw badQuery(`A number must be from ${least} to ${most}.`);
}
