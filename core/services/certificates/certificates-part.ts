import {
  type Certificates,
  type CredentialType,
  certificates,
  credentialFormat,
  declareRoutes,
  definePlugin,
  type Finding,
  type JsonSchema,
  many,
  one,
  templateEngine,
} from '../../api/index.js';
import { audit, declareMigrations, signer, storage } from '../../internal/index.js';
import { CertificateStore } from './certificate-store.js';
import { didDocument } from './did-document.js';
import { issue } from './issue.js';
import { issueHandlers, withIssuing } from './issue-route.js';
import { certificateMigrations } from './migrations.js';
import { checkRecordPatch, loadRecordType } from './record-type.js';
import { type Renderer, render } from './render.js';
import { RenderingCache } from './rendering-cache.js';
import { certificateHandlers, certificateRoutes } from './routes.js';
import { subjectCheck } from './subject-check.js';
import { loadTemplates } from './templates.js';
import { type TrustBundle, writeTrustBundle } from './trust-bundle-file.js';

interface Config {
  readonly issuer: { readonly did: string; readonly publicUrl: string; readonly name: Readonly<Record<string, string>> };
  readonly timeZone: string;
}

const config: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['issuer'],
  properties: {
    issuer: {
      type: 'object',
      additionalProperties: false,
      required: ['did', 'publicUrl', 'name'],
      description: 'Who issues. It stands in every certificate, so it is decided once and never taken from where the process listens.',
      properties: {
        did: { type: 'string', maxLength: 200, pattern: '^did:[a-z0-9]+:[A-Za-z0-9._:%-]+$' },
        publicUrl: { type: 'string', maxLength: 200, pattern: '^https?://[a-z0-9.-]+(:[0-9]+)?(/[A-Za-z0-9._~-]+)*$' },
        name: {
          type: 'object',
          required: ['en'],
          description: "The issuer's name by language.",
          additionalProperties: { type: 'string', minLength: 1, maxLength: 200 },
        },
      },
    },
    timeZone: { type: 'string', default: 'UTC', description: 'IANA name; the day on which an instant is printed.' },
  },
};

/** The certificates service: the only one that reaches a key. */
export const certificatesPart = definePlugin<Config>()({
  id: 'certificates',
  summary: 'Issues one signed certificate per request, keeps it, and renders it as credential, page, PDF and QR code.',
  config,
  uses: {
    storage: one(storage),
    audit: one(audit),
    signer: one(signer),
    format: one(credentialFormat),
    engines: many(templateEngine),
  },
  provides: {
    certificates,
    routes: declareRoutes(withIssuing(certificateRoutes, { type: 'object' })),
    migrations: declareMigrations(certificateMigrations),
  },
  check: ({ config: { timeZone }, adopter }) => [...checkTimeZone(timeZone), ...checkRecordPatch(adopter)],
  async setup({ config: { issuer, timeZone }, adopter, tenant, home, clock, log }, { storage, audit, signer, format, engines }) {
    const { schema, type } = loadRecordType(adopter, issuer.publicUrl);
    const templates = loadTemplates(adopter, Object.values(engines));
    const store = new CertificateStore(tenant);
    const check = subjectCheck({ type, did: issuer.did });

    const types = new Map<string, CredentialType>([[type.hash, type]]);
    const typeOf = async (hash: string): Promise<CredentialType | undefined> => {
      if (!types.has(hash)) {
        const document = await store.type(storage.knex, hash);
        if (document) types.set(hash, { name: document.type, hash, url: `${document.base}${hash}`, document });
      }
      return types.get(hash);
    };
    const issuing = { did: issuer.did, format, signer, storage, store, audit, clock, log, typeOf };
    const renderer: Renderer = { templates, typeOf, issuerName: issuer.name, timeZone, cache: new RenderingCache() };

    const own = async () => didDocument(issuer.did, await signer.keys());
    const trustBundle = async (): Promise<TrustBundle> => {
      const kept = await store.types(storage.knex);
      return { divocTrust: 1, didDocuments: [await own()], contexts: { ...Object.fromEntries(kept), [type.hash]: type.document } };
    };

    const port: Certificates = {
      subjectSchema: schema,
      templates: [...templates.keys()],
      async check(subject) {
        check(subject);
        return { type: type.hash };
      },
      async issue(request) {
        const { id, number } = await issue(issuing, request);
        return { id, number };
      },
      find: (id) => store.certificate(storage.knex, id),
      async render(id, wanted) {
        const row = await store.certificate(storage.knex, id);
        return row && render(renderer, row, wanted);
      },
    };
    const handlers = certificateHandlers({
      find: (id) => store.certificate(storage.knex, id),
      render: (row, wanted) => render(renderer, row, wanted),
      didDocument: own,
      trustBundle,
      typeOf,
    });
    const posted = issueHandlers({ ...port, clock, intentOf: (key) => store.intentByKey(storage.knex, key) });
    return {
      ports: {
        certificates: port,
        routes: { table: withIssuing(certificateRoutes, schema), handlers: { ...handlers, ...posted } },
        migrations: true,
      },
      async start() {
        // From now on subjects may be checked against it, so it is kept before the first of them is recorded.
        await storage.transaction((trx) => store.keepType(trx, type, clock.now().toISOString()));
        writeTrustBundle(home, tenant, await trustBundle());
      },
    };
  },
});

function checkTimeZone(timeZone: string): Finding[] {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
    return [];
  } catch {
    const message = `'${timeZone}' is not an IANA time zone; write one like Asia/Kolkata`;
    return [{ pointer: '/timeZone', code: 'TIME_ZONE_UNKNOWN', message }];
  }
}
