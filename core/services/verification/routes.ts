import type { RouteHandler, RouteTable, Verdict } from '../../api/index.js';

/** 256 KiB in base64. */
const MAX_BASE64 = 349_528;
const BASE64 = '^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$';

const ANSWER = { enum: ['pass', 'fail', 'not-checked'] };
const ANSWERS = ['encoding', 'format', 'key', 'signature', 'status', 'rules'];

export const verificationRoutes = {
  mount: '/v1',
  routes: {
    verify: {
      method: 'POST',
      path: '/verify',
      scope: 'public',
      summary: 'Verifies a credential or the content of a QR code. A verdict is an answer: it comes with 200, whatever it says.',
      bodyLimit: 512 * 1024,
      body: {
        type: 'object',
        additionalProperties: false,
        minProperties: 1,
        maxProperties: 1,
        properties: {
          credential: { type: 'object', description: 'The credential itself.' },
          qr: { type: 'string', minLength: 1, description: 'The text that a scanner has read from a QR code.' },
          qrBase64: {
            type: 'string',
            minLength: 4,
            maxLength: MAX_BASE64,
            pattern: BASE64,
            description: 'The bytes that a QR code holds.',
          },
        },
      },
      replies: {
        200: {
          description: 'The verdict: VERIFIED, or the first thing that is wrong.',
          schema: {
            type: 'object',
            required: ['status', 'answers', 'reasons'],
            properties: {
              format: { type: 'string', description: 'Which of the formats here has read it.' },
              status: { type: 'string' },
              answers: { type: 'object', required: ANSWERS, properties: Object.fromEntries(ANSWERS.map((name) => [name, ANSWER])) },
              reasons: {
                type: 'array',
                items: { type: 'object', required: ['code', 'text'], properties: { code: { type: 'string' }, text: { type: 'string' } } },
              },
              trust: {
                enum: ['pinned', 'given'],
                description:
                  'pinned: all trust files are signed by keys that this verifier has pinned. given: they were taken as they are.',
              },
              claims: { type: 'object', description: 'What the signature covers, as far as it holds.' },
              unprotected: {
                type: 'array',
                items: { type: 'string' },
                description: 'JSON Pointers to what the signature does not protect, in certificates of old formats.',
              },
            },
          },
        },
        400: { description: 'The body is not one of these, or not strict JSON.' },
        503: { description: 'The trust files here cannot be read, so that no verdict would mean anything.' },
      },
    },
  },
} as const satisfies RouteTable;

/** What the schema lets through. */
type VerifyBody = { readonly credential: object } | { readonly qr: string } | { readonly qrBase64: string };

export function verificationHandlers(
  verify: (input: unknown) => Promise<Verdict>,
  trust: 'pinned' | 'given',
): Record<keyof typeof verificationRoutes.routes, RouteHandler> {
  return {
    async verify({ body }) {
      const { format, status, answers, reasons, claims, unprotected } = await verify(inputOf(body as VerifyBody));
      // Personal, and about this moment only.
      return {
        status: 200,
        body: { format, status, answers, reasons, trust, claims, unprotected },
        headers: { 'cache-control': 'no-store' },
      };
    },
  };
}

function inputOf(body: VerifyBody): unknown {
  if ('credential' in body) return body.credential;
  return 'qr' in body ? body.qr : Buffer.from(body.qrBase64, 'base64');
}
