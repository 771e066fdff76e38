import Negotiator from 'negotiator';
import type { RouteHandler, RouteTable, Verdict } from '../../api/index.js';
import { type ReasonLanguages, verdictIn } from '../../verifier/messages/languages.js';

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
          description:
            'The verdict: VERIFIED, or the first thing that is wrong. Texts of reasons are in the language of Accept-Language (English where it is not known), codes in none.',
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

export interface Verifying {
  readonly verify: (input: unknown) => Promise<Verdict>;
  readonly trust: 'pinned' | 'given';
  /** In which reasons can be told. */
  readonly languages: ReasonLanguages;
}

export function verificationHandlers({
  verify,
  trust,
  languages,
}: Verifying): Record<keyof typeof verificationRoutes.routes, RouteHandler> {
  return {
    async verify({ body, headers }) {
      const language = languageOf(headers['accept-language'], languages);
      const verdict = verdictIn(await verify(inputOf(body as VerifyBody)), language, languages);
      const { format, status, answers, reasons, claims, unprotected } = verdict;
      return {
        status: 200,
        body: { format, status, answers, reasons, trust, claims, unprotected },
        // Personal, and about this moment only.
        headers: { 'cache-control': 'no-store', 'content-language': language },
      };
    },
  };
}

/** English where nothing that is asked for is here. */
function languageOf(wish: string | undefined, languages: ReasonLanguages): string {
  if (wish === undefined) return 'en';
  return new Negotiator({ headers: { 'accept-language': wish } }).language(Object.keys(languages)) ?? 'en';
}

function inputOf(body: VerifyBody): unknown {
  if ('credential' in body) return body.credential;
  return 'qr' in body ? body.qr : Buffer.from(body.qrBase64, 'base64');
}
