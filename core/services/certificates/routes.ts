import { createHash } from 'node:crypto';
import {
  type Actor,
  type CertificateStatus,
  type CredentialType,
  type Ending,
  REVOCATION_REASONS,
  Refusal,
  type Rendering,
  type RevocationReason,
  type RouteHandler,
  type RouteTable,
  SUSPENSION_REASONS,
  type Suspension,
  type SuspensionReason,
  type Wanted,
} from '../../api/index.js';
import type { CertificateRow } from './certificate-store.js';
import type { SignedList } from './status-list-store.js';

const MEDIA_TYPES = ['application/vc', 'application/json', 'application/pdf', 'text/html', 'image/svg+xml', 'image/png'];

const STATUS = {
  type: 'object',
  required: ['id', 'state'],
  properties: {
    id: { type: 'string' },
    state: { type: 'string', enum: ['active', 'suspended', 'revoked', 'superseded'] },
    reason: { type: 'string', enum: SUSPENSION_REASONS },
    since: { type: 'string', format: 'date-time' },
    replacedBy: { type: 'string' },
  },
};

/** The body of what ends or suspends. */
const because = (reasons: readonly string[]) => ({
  type: 'object',
  additionalProperties: false,
  required: ['reason'],
  properties: {
    reason: { type: 'string', enum: reasons, description: 'A code; there is no place for words about a person.' },
  },
});

export const certificateRoutes = {
  mount: '',
  routes: {
    read: {
      method: 'GET',
      path: '/v1/certificates/{id}',
      scope: 'certificates:read',
      summary: 'A certificate that the caller has issued: the credential, its PDF, its page or its QR code, as Accept asks.',
      replies: {
        200: {
          description:
            'The certificate, in its primary form or in the one that ?form= names. Certificate-Status says whether it still holds.',
          mediaTypes: MEDIA_TYPES,
        },
        404: { description: 'There is none with this id, or it is not yours.' },
        406: { description: 'It cannot be had as that.' },
      },
    },
    status: {
      method: 'GET',
      path: '/v1/certificates/{id}/status',
      scope: 'certificates:read',
      summary: 'Whether a certificate that the caller has issued still holds, and if not, since when and why.',
      replies: {
        200: { description: 'Its status.', schema: STATUS },
        404: { description: 'There is none with this id, or it is not yours.' },
      },
    },
    revoke: {
      method: 'POST',
      path: '/v1/certificates/{id}/revocations',
      scope: 'certificates:revoke',
      summary: 'Revokes a certificate in all its forms, for ever. Sent again, it changes nothing.',
      idempotent: true,
      body: because(REVOCATION_REASONS),
      replies: {
        200: { description: 'It is revoked, now or since before; the first reason stays.', schema: STATUS },
        404: { description: 'There is none with this id.' },
      },
    },
    suspend: {
      method: 'POST',
      path: '/v1/certificates/{id}/suspensions',
      scope: 'certificates:suspend',
      summary: 'Suspends a certificate in all its forms, until it is reinstated or revoked. Sent again, it changes nothing.',
      idempotent: true,
      body: because(SUSPENSION_REASONS),
      replies: {
        200: { description: 'It is suspended, now or since before; the first reason stays.', schema: STATUS },
        404: { description: 'There is none with this id.' },
        409: { description: 'It has been revoked or replaced, and stays so.' },
      },
    },
    reinstate: {
      method: 'POST',
      path: '/v1/certificates/{id}/reinstatements',
      scope: 'certificates:suspend',
      summary: 'Lets a suspended certificate hold again. Sent again, it changes nothing.',
      idempotent: true,
      replies: {
        200: { description: 'It is active, now or since before.', schema: STATUS },
        404: { description: 'There is none with this id.' },
        409: { description: 'It has been revoked or replaced, and stays so.' },
      },
    },
    did: {
      method: 'GET',
      path: '/.well-known/did.json',
      scope: 'public',
      summary: "The issuer's DID document: the public keys that verify its certificates.",
      replies: { 200: { description: 'The DID document.', mediaTypes: ['application/did+json'] } },
    },
    keys: {
      method: 'GET',
      path: '/.well-known/jwks.json',
      scope: 'public',
      summary: "The issuer's public keys as a JWK set, with the certificates of those that have one.",
      replies: { 200: { description: 'The set (RFC 7517).', mediaTypes: ['application/jwk-set+json'] } },
    },
    signers: {
      method: 'GET',
      path: '/.well-known/document-signers.pem',
      scope: 'public',
      summary: 'The X.509 certificates of document signers with those that signed them, for borders and their lists.',
      replies: { 200: { description: 'Certificates in PEM; empty where no key has one.', mediaTypes: ['application/x-pem-file'] } },
    },
    trust: {
      method: 'GET',
      path: '/.well-known/divoc-trust.json',
      scope: 'public',
      summary: 'Keys and certificate types in one file, for verifiers that work offline (divoc verify --trust FILE).',
      replies: { 200: { description: 'The trust bundle.', mediaTypes: ['application/json'] } },
    },
    statusList: {
      method: 'GET',
      path: '/status/{list}',
      scope: 'public',
      summary: 'A signed list of bits: which certificates were revoked (r1, r2 …), and which are suspended (s1, s2 …).',
      replies: {
        200: { description: 'The list, a BitstringStatusListCredential.', mediaTypes: ['application/vc'] },
        304: { description: 'It is still the one that If-None-Match names.' },
        404: { description: 'There is no such list.' },
      },
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
  status(id: string): Promise<CertificateStatus>;
  render(row: CertificateRow, wanted: Wanted): Promise<Rendering>;
  revoke(id: string, ending: Ending): Promise<CertificateStatus>;
  suspend(id: string, suspension: Suspension): Promise<CertificateStatus>;
  reinstate(id: string, by: { readonly actor: string }): Promise<CertificateStatus>;
  didDocument(): Promise<unknown>;
  jwkSet(): Promise<unknown>;
  signerCertificates(): Promise<string>;
  trustBundle(): Promise<unknown>;
  statusList(name: string): Promise<SignedList | undefined>;
  typeOf(hash: string): Promise<CredentialType | undefined>;
}

export function certificateHandlers(answers: Answers): Record<keyof typeof certificateRoutes.routes, RouteHandler> {
  const owned = async (id = '', actor: Actor | null): Promise<CertificateRow> => {
    const row = await answers.find(id);
    // Somebody else's certificate is not to be told from none.
    if (row && row.owner === actor?.id) return row;
    throw new Refusal(404, 'CERTIFICATE_UNKNOWN', 'There is no such certificate, or it is not yours.');
  };
  return {
    async read({ params, query, headers, actor }) {
      const row = await owned(params.id, actor);
      const { accept, 'accept-language': acceptLanguage } = headers;
      const wanted = { accept, acceptLanguage, language: query.language, form: query.form };
      const rendering = await answers.render(row, Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined)));
      return {
        status: 200,
        mediaType: rendering.mediaType,
        body: rendering.body,
        headers: {
          vary: 'Accept, Accept-Language',
          'certificate-status': (await answers.status(row.id)).state,
          'content-disposition': `inline; filename="${rendering.fileName}"`,
          ...(rendering.language !== undefined && { 'content-language': rendering.language }),
        },
      };
    },
    async status({ params, actor }) {
      const { id } = await owned(params.id, actor);
      return { status: 200, body: { id, ...(await answers.status(id)) } };
    },
    async revoke({ params, body, actor }) {
      const { reason } = body as { readonly reason: RevocationReason };
      const id = params.id ?? '';
      return { status: 200, body: { id, ...(await answers.revoke(id, { reason, actor: actor?.id ?? '' })) } };
    },
    async suspend({ params, body, actor }) {
      const { reason } = body as { readonly reason: SuspensionReason };
      const id = params.id ?? '';
      return { status: 200, body: { id, ...(await answers.suspend(id, { reason, actor: actor?.id ?? '' })) } };
    },
    async reinstate({ params, actor }) {
      const id = params.id ?? '';
      return { status: 200, body: { id, ...(await answers.reinstate(id, { actor: actor?.id ?? '' })) } };
    },
    async did() {
      const body = await answers.didDocument();
      // An hour: how long a revoked key may go on being believed by those who ask us.
      return { status: 200, mediaType: 'application/did+json', body, headers: shared('max-age=3600') };
    },
    async keys() {
      return { status: 200, mediaType: 'application/jwk-set+json', body: await answers.jwkSet(), headers: shared('max-age=3600') };
    },
    async signers() {
      const body = await answers.signerCertificates();
      return { status: 200, mediaType: 'application/x-pem-file', body, headers: shared('max-age=3600') };
    },
    async trust() {
      return { status: 200, body: await answers.trustBundle(), headers: shared('max-age=3600') };
    },
    async statusList({ params, headers }) {
      const list = await answers.statusList(params.list ?? '');
      if (!list) throw new Refusal(404, 'STATUS_LIST_UNKNOWN', 'There is no such status list.');
      const etag = `"${createHash('sha256').update(list.credential).digest('base64url')}"`;
      // The same for everybody, so that caches may hold it: nobody learns here who is checked where.
      const kept = { ...shared('max-age=300'), etag };
      if (headers['if-none-match'] === etag) return { status: 304, headers: kept };
      return { status: 200, mediaType: 'application/vc', body: list.credential, headers: kept };
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
