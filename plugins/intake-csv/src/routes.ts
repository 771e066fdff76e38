import type { JsonSchema, RouteTable } from '@divoc/core/api';
import { type RowOutcome, UPLOAD_TYPES } from './upload.js';

/** Browsers on Windows call CSV files by the second name. */
const MEDIA_TYPES = ['text/csv', 'application/vnd.ms-excel', 'application/csv', 'text/tab-separated-values', 'text/plain'];
export const OUTCOMES: readonly RowOutcome[] = ['created', 'unchanged', 'changed', 'refused'];

const uploadSchema: JsonSchema = {
  type: 'object',
  properties: {
    id: { type: 'string' },
    type: { enum: [...UPLOAD_TYPES] },
    state: { enum: ['receiving', 'processing', 'done'] },
    rows: { type: 'integer', description: 'Without the header and blank ones.' },
    counts: { type: 'object', properties: Object.fromEntries(OUTCOMES.map((outcome) => [outcome, { type: 'integer' }])) },
    ignoredColumns: { type: 'array', items: { type: 'integer' }, description: 'Positions of columns that are not known, 1 for the first.' },
    links: { type: 'object', additionalProperties: { type: 'string' } },
  },
};
const rowsSchema: JsonSchema = {
  type: 'object',
  properties: {
    items: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          row: { type: 'integer', description: 'As a spreadsheet counts; the header is 1.' },
          outcome: { enum: [...OUTCOMES] },
        },
      },
    },
    next: { type: 'integer' },
  },
};
const unknownUpload = { 404: { description: 'There is no such upload, or it is not yours.' } };

export const uploadRoutes = (maxBytes: number): RouteTable => ({
  routes: {
    upload: {
      method: 'POST',
      path: '/uploads',
      scope: 'intake:upload',
      summary: `Takes a CSV file: ?type= one of ${UPLOAD_TYPES.join(', ')}, and ?programme= where it is one's.`,
      raw: { mediaTypes: MEDIA_TYPES },
      bodyLimit: maxBytes,
      replies: {
        200: { description: 'The same file was sent before.', schema: uploadSchema },
        201: { description: 'Every row has its outcome.', schema: uploadSchema },
        202: { description: 'Rows are being taken: ask Location again after Retry-After.', schema: uploadSchema },
        403: { description: 'The actor may not write what the rows become.' },
        422: { description: 'It is no CSV, or its columns are not as they must be; nothing was taken.' },
      },
    },
    uploads: {
      method: 'GET',
      path: '/uploads',
      scope: 'intake:read',
      summary: "The caller's own uploads, oldest first: after, limit.",
      replies: {
        200: {
          description: 'A page.',
          schema: { type: 'object', properties: { items: { type: 'array', items: uploadSchema }, next: { type: 'string' } } },
        },
      },
    },
    look: {
      method: 'GET',
      path: '/uploads/{id}',
      scope: 'intake:read',
      summary: 'How far an upload has come.',
      replies: { 200: { description: 'Here it is.', schema: uploadSchema }, ...unknownUpload },
    },
    rows: {
      method: 'GET',
      path: '/uploads/{id}/rows',
      scope: 'intake:read',
      summary: 'What became of each row: outcome, after, limit.',
      replies: { 200: { description: 'A page.', schema: rowsSchema }, ...unknownUpload },
    },
    report: {
      method: 'GET',
      path: '/uploads/{id}/report.csv',
      scope: 'intake:read',
      summary: 'Everything that was wrong, as CSV.',
      replies: { 200: { description: 'One line for each fault.', mediaTypes: ['text/csv'] }, ...unknownUpload },
    },
    template: {
      method: 'GET',
      path: '/templates/{type}',
      scope: 'intake:read',
      summary: 'An empty file of a type: its columns.',
      replies: { 200: { description: 'The header.', mediaTypes: ['text/csv'] }, 404: { description: 'There is no such type here.' } },
    },
  },
});
