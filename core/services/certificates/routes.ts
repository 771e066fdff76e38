import { type CredentialType, Refusal, type Rendering, type RouteHandler, type RouteTable, type Wanted } from '../../api/index.js';
import type { CertificateRow } from './certificate-store.js';

const MEDIA_TYPES = ['application/vc', 'application/json', 'application/pdf', 'text/html', 'image/svg+xml', 'image/png'];

export const certificateRoutes = {
  mount: '',
  routes: {
    read: {
      method: 'GET',
      path: '/v1/certificates/{id}',
      scope: 'certificates:read',
      summary: 'A certificate that the caller has issued: the credential, its PDF, its page or its QR code, as Accept asks.',
      replies: {
        200: { description: 'The certificate.', mediaTypes: MEDIA_TYPES },
        404: { description: 'There is none with this id, or it is not yours.' },
        406: { description: 'It cannot be had as that.' },
      },
    },
    did: {
      method: 'GET',
      path: '/.well-known/did.json',
      scope: 'public',
      summary: "The issuer's DID document: the public keys that verify its certificates.",
      replies: { 200: { description: 'The DID document.', mediaTypes: ['application/did+json'] } },
    },
    trust: {
      method: 'GET',
      path: '/.well-known/divoc-trust.json',
      scope: 'public',
      summary: 'Keys and certificate types in one file, for verifiers that work offline (divoc verify --trust FILE).',
      replies: { 200: { description: 'The trust bundle.', mediaTypes: ['application/json'] } },
    },
    context: {
      method: 'GET',
      path: '/contexts/{hash}',
      scope: 'public',
      summary: 'A certificate type: its JSON-LD context and the JSON Schema of its subject, named by content and kept for ever.',
      replies: {
        200: { description: 'The type.', mediaTypes: ['application/ld+json'] },
        404: { description: 'No certificate was issued with such a type.' },
      },
    },
  },
} as const satisfies RouteTable;

export interface Answers {
  find(id: string): Promise<CertificateRow | undefined>;
  render(row: CertificateRow, wanted: Wanted): Promise<Rendering>;
  didDocument(): Promise<unknown>;
  trustBundle(): Promise<unknown>;
  typeOf(hash: string): Promise<CredentialType | undefined>;
}

export function certificateHandlers(answers: Answers): Record<keyof typeof certificateRoutes.routes, RouteHandler> {
  return {
    async read({ params, query, headers, actor }) {
      const row = await answers.find(params.id ?? '');
      // Somebody else's certificate is not to be told from none.
      if (!row || row.owner !== actor?.id)
        throw new Refusal(404, 'CERTIFICATE_UNKNOWN', 'There is no such certificate, or it is not yours.');
      const { accept, 'accept-language': acceptLanguage } = headers;
      const wanted = { accept, acceptLanguage, language: query.language };
      const rendering = await answers.render(row, Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined)));
      return {
        status: 200,
        mediaType: rendering.mediaType,
        body: rendering.body,
        headers: {
          vary: 'Accept, Accept-Language',
          'content-disposition': `inline; filename="${rendering.fileName}"`,
          ...(rendering.language !== undefined && { 'content-language': rendering.language }),
        },
      };
    },
    async did() {
      const body = await answers.didDocument();
      // An hour: how long a revoked key may go on being believed by those who ask us.
      return { status: 200, mediaType: 'application/did+json', body, headers: shared('max-age=3600') };
    },
    async trust() {
      return { status: 200, body: await answers.trustBundle(), headers: shared('max-age=3600') };
    },
    async context({ params }) {
      const type = await answers.typeOf(params.hash ?? '');
      if (!type) throw new Refusal(404, 'CONTEXT_UNKNOWN', 'No certificate was issued with such a type.');
      return { status: 200, mediaType: 'application/ld+json', body: type.document, headers: shared('max-age=31536000, immutable') };
    },
  };
}

/** Public and not personal: verifiers in browsers may read them from anywhere. */
const shared = (age: string) => ({ 'cache-control': `public, ${age}`, 'access-control-allow-origin': '*' });
