import {
  type Certificates,
  type CredentialType,
  certificates,
  credentialFormat,
  declareRoutes,
  definePlugin,
  documentConverter,
  documents,
  jobs,
  many,
  one,
  optional,
  templateEngine,
  type Wanted,
} from '../../api/index.js';
import { audit, chosenSigner, declareMigrations, eventTypes, fieldCipher, outbox, reissue, signer, storage } from '../../internal/index.js';
import { type CertificateRow, CertificateStore } from './certificate-store.js';
import { type CertificatesConfig, certificatesConfig, checkSigners, checkTimeZone } from './certificates-config.js';
import { didDocument, jwkSet, signerCertificates } from './did-document.js';
import { DocumentStore } from './documents/document-store.js';
import { documentsOf } from './documents/issue-document.js';
import { certificateEvents } from './events.js';
import { formKey } from './form-keys.js';
import { Forms } from './forms.js';
import { type Issuable, issuableTypes } from './issuable.js';
import { IssuanceStore } from './issuances/issuance-store.js';
import { asItIs, issuancesOf } from './issuances/issuances.js';
import { issue, issueAll } from './issue.js';
import { issueHandlers, withIssuing } from './issue-route.js';
import type { Replaced } from './issuing.js';
import { certificateMigrations } from './migrations.js';
import { checkRecords, loadRecordTypes, recordsToCheckWith } from './record-type.js';
import { reissuePage } from './reissue.js';
import { type Renderer, render } from './render.js';
import { RenderingCache } from './rendering-cache.js';
import { ResealStore } from './reseal-store.js';
import { RevocationHashes } from './revocation-hashes.js';
import { assertActive, published, reinstate, revoke, suspend } from './revoke.js';
import { certificateHandlers, certificateRoutes } from './routes.js';
import { StatusListStore } from './status-list-store.js';
import { StatusLists } from './status-lists.js';
import { LIST_ENTRIES } from './status-permutation.js';
import { StatusSnapshot } from './status-snapshot.js';
import { StatusStore } from './status-store.js';
import { subjectCheck } from './subject-check.js';
import { checkTemplates, checkTypeTemplates } from './templates/check-templates.js';
import { loadTemplates } from './templates/load-templates.js';
import { trustBundle } from './trust-bundle.js';
import type { TrustBundle } from './trust-bundle-file.js';
import { TrustPublisher } from './trust-publisher.js';
import { prepareTrustKey, signedBundle } from './trust-signature.js';
import { turnsOf } from './turns.js';
import { checkTypeNames, declaredTypes, VACCINATION } from './type-settings.js';
import { warmUp } from './warm-up.js';

/** Of work on many certificates in one go; everything else in the process waits no longer. */
const TURN_MILLISECONDS = 5;

/** The certificates service: the only one that reaches a key. */
export const certificatesPart = definePlugin<CertificatesConfig>()({
  id: 'certificates',
  summary: 'Issues one signed certificate per request, keeps it, and renders it as credential, page, PDF and QR code.',
  config: certificatesConfig,
  uses: {
    storage: one(storage),
    outbox: one(outbox),
    audit: one(audit),
    signers: many(signer),
    cipher: optional(fieldCipher),
    formats: many(credentialFormat),
    engines: many(templateEngine),
    converters: many(documentConverter),
  },
  provides: {
    certificates,
    documents,
    reissue,
    jobs,
    routes: declareRoutes(withIssuing(certificateRoutes, { [VACCINATION]: { type: 'object' } })),
    migrations: declareMigrations(certificateMigrations),
    eventTypes,
  },
  check: ({ config: { timeZone, issuer, types, signers }, adopter, declared }) => [
    ...checkTimeZone(timeZone),
    ...checkSigners(Object.keys(declared(signer)), signers),
    ...checkTypeNames(types),
    ...checkRecords(adopter, declaredTypes(types)),
    ...checkTypeTemplates(types, adopter),
    ...checkTemplates(adopter, {
      engines: declared(templateEngine),
      printsPages: Object.keys(declared(documentConverter)).length > 0,
      records: recordsToCheckWith(adopter, issuer.publicUrl, declaredTypes(types)),
    }),
  ],
  async setup({ config, adopter, tenant, home, clock, log }, ports) {
    const { storage, outbox, audit, cipher, formats, engines, converters } = ports;
    const signer = chosenSigner(ports.signers, config.signers);
    const { issuer, timeZone, formats: issued, qr, statusLists, trustFile, types: settings } = config;
    const forms = new Forms({ formats, ...(issued && { issued }), ...(qr && { qr }) });
    const records = loadRecordTypes(adopter, issuer.publicUrl, declaredTypes(settings));
    const templates = loadTemplates(adopter, Object.values(engines), records, Object.values(converters));
    const issuable = issuableTypes({ records, settings, templates, forms });
    const vaccination = issuable.get(VACCINATION) as Issuable;
    const [store, statuses] = [new CertificateStore(tenant), new StatusStore(tenant)];
    const sealsLists = statusLists.purposes.length > 0 ? forms.writesStatus : undefined;
    const lists =
      sealsLists &&
      new StatusLists({
        ...issuer,
        ...statusLists,
        format: sealsLists,
        storage,
        store: new StatusListStore(tenant),
        signer,
        audit,
        clock,
        log,
      });
    const check = subjectCheck({ did: issuer.did, forms, signer, clock, status: lists?.entries(999, LIST_ENTRIES - 1) });

    const sealed = [...issuable.values(), ...(lists ? [{ type: lists.type, formats: forms.chosen() }] : [])];
    const types = new Map(sealed.map(({ type }) => [type.hash, type]));
    const typeOf = async (hash: string): Promise<CredentialType | undefined> => {
      if (!types.has(hash)) {
        const document = await store.type(storage.knex, hash);
        if (document) types.set(hash, { name: document.type, hash, url: `${document.base}${hash}`, document });
      }
      return types.get(hash);
    };
    const turn = turnsOf(TURN_MILLISECONDS);
    const hashes = new RevocationHashes(turn);
    const didOfKeys = async () => didDocument(issuer.did, await signer.keys());
    const snapshot = new StatusSnapshot(statuses);
    const signing = { did: issuer.did, signer, clock, ...trustFile };
    const make = async (previous?: TrustBundle) => {
      const { hashed, bitsOf } = await snapshot.read(storage.knex);
      const [didDocument, kept] = [await didOfKeys(), await store.types(storage.knex)];
      const own = [...types.values()].map(({ hash, document }) => [hash, document]);
      const contexts = Object.fromEntries([...kept, ...own]);
      const signedLists = (await lists?.renew(bitsOf)) ?? {};
      const content = await trustBundle({ did: issuer.did, didDocument, contexts, notHolding: hashed, hashes, statusLists: signedLists });
      return signedBundle(content, signing, previous);
    };
    const publisher = new TrustPublisher({ home, tenant, log, make });
    const publish = () => publisher.renew();
    const issuing = { did: issuer.did, forms, signer, storage, store, statuses, lists, audit, clock, log, typeOf, turn };
    const revoking = { storage, store, statuses, audit, clock, log, publish };
    const qrFormOf = (row: CertificateRow) => forms.qrFormOfRow(row);
    const renderer: Renderer = { templates, typeOf, issuerName: issuer.name, timeZone, qrFormOf, cache: new RenderingCache() };
    const rendered = async (row: CertificateRow, wanted: Wanted) =>
      render(renderer, await forms.inForm(row, wanted.form, store, storage.knex), wanted);

    const port: Certificates = {
      subjectSchema: vaccination.schema,
      templates: vaccination.templates,
      async check(subject, { formats = vaccination.formats } = {}) {
        // Of many requests that come at once, not all are checked in one turn of the loop.
        await turn();
        await check(subject, { type: vaccination.type, formats: forms.chosen(formats) });
        return { type: vaccination.type.hash };
      },
      async issue(request) {
        const { id, number } = await issue(issuing, request);
        return { id, number };
      },
      async supersede(replacedId, request, ending) {
        const replaced: Replaced = { ...ending, id: replacedId };
        const { id, number } = await issue(issuing, request, replaced);
        await published(publish, log);
        return { id, number };
      },
      revoke: (id, ending) => revoke(revoking, id, ending),
      suspend: (id, suspension) => suspend(revoking, id, suspension),
      reinstate: (id, by) => reinstate(revoking, id, by),
      async find(id, at) {
        const row = await store.certificate(storage.knex, id, at?.seal);
        return row && { ...row, status: await statuses.current(storage.knex, id) };
      },
      async render(id, wanted) {
        const row = await store.certificate(storage.knex, id);
        if (row && !wanted.includeEnded) assertActive(await statuses.current(storage.knex, id));
        return row && rendered(row, wanted);
      },
    };
    const handlers = certificateHandlers({
      find: (id) => store.certificate(storage.knex, id),
      status: (id) => statuses.current(storage.knex, id),
      render: rendered,
      revoke: port.revoke,
      suspend: port.suspend,
      reinstate: port.reinstate,
      didDocument: didOfKeys,
      jwkSet: async () => jwkSet(await signer.keys()),
      signerCertificates: async () => signerCertificates(await signer.keys()),
      trustBundle: () => publisher.current(),
      statusList: async (name) => lists?.find(name),
      typeOf,
    });
    const bulk = issuancesOf({
      ...issuing,
      outbox,
      cipher: cipher ?? asItIs,
      issuances: new IssuanceStore(tenant),
      issuable,
      check,
      issueAll: (wanted) => issueAll(issuing, wanted),
    });
    const posted = issueHandlers({ ...port, issuable, check, clock, intentOf: (key) => store.intentByKey(storage.knex, key) });
    return {
      ports: {
        certificates: port,
        documents: documentsOf({ ...revoking, did: issuer.did, formats, signer, lists, store: new DocumentStore(tenant) }),
        reissue: { page: (options) => reissuePage({ ...issuing, reseals: new ResealStore(tenant) }, options), publish },
        routes: { table: withIssuing(certificateRoutes, schemasOf(issuable)), handlers: { ...handlers, ...posted, ...bulk.handlers } },
        jobs: bulk.jobs,
        migrations: true,
        eventTypes: { service: 'certificates', types: certificateEvents },
      },
      async start() {
        // A format without the key that it needs would be found out with the first certificate; so it is by whoever starts it.
        for (const name of new Set([...issuable.values()].flatMap(({ formats }) => formats)))
          await formKey(signer, issuer.did, forms.format(name));
        // From now on subjects may be checked against it, so it is kept before the first of them is recorded.
        for (const { type } of sealed) {
          await storage.transaction((trx) => store.keepType(trx, type, clock.now().toISOString()));
        }
        await warmUp({ sealed, forms, templates: templates.values() });
        await prepareTrustKey(signing, log);
        await publisher.start();
      },
      stop: () => publisher.stop(),
    };
  },
});

const schemasOf = (issuable: ReadonlyMap<string, Issuable>) =>
  Object.fromEntries([...issuable].map(([name, { schema }]) => [name, schema]));
