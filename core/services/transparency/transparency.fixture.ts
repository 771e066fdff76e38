import type { Certificate, RouteReply } from '../../api/index.js';
import { eventLogOf } from '../../store/event-log.js';
import { migrate } from '../../store/migrate.js';
import { databaseFile, handClock, type OpenStore, openStore } from '../../store/store.fixture.js';
import { testKey } from '../../testkit/credential-fixture.js';
import { listeningLog } from '../../testkit/listening-log.js';
import { publishedLog } from '../../verifier/transparency/tiles.js';
import { append } from './append.js';
import { logKey } from './log-key.js';
import { LogStore } from './log-store.js';
import { transparencyMigrations } from './migrations.js';
import { publicLog } from './public-log.js';
import { publish } from './publish.js';
import { transparencyHandlers } from './routes.js';

export const ORIGIN = 'health.example/log';
const key = testKey(7);
const own = { id: key.multibase, purpose: 'log', algorithm: 'Ed25519', publicKeyMultibase: key.multibase, active: true } as const;
const signer = {
  keys: async () => [own],
  active: async () => own,
  sign: (_: string, data: Uint8Array) => key.sign(data),
};

const detail = (name: string) => ({ subject: 'certificateId', version: 1, detail: { [name]: name } });
const events = {
  service: 'certificates',
  types: [
    { action: 'certificate.issued', ...detail('forms') },
    { action: 'certificate.revoked', ...detail('reason') },
    { action: 'dose.recorded', ...detail('programme') },
  ],
};

/** The credential of a certificate, as the certificates service would give it. */
export const credentialOf = (id: string) => ({ id: `urn:uuid:${id}`, credentialSubject: { patient: { name: 'Bhāya Mitra' } } });

/** The log on a real database, beside a real audit log; certificates are no more than their ids. */
export async function openLog(options: { readonly file?: string; readonly isMigrated?: boolean } = {}) {
  const { file = databaseFile() } = options;
  const clock = handClock();
  const opened: OpenStore = await openStore({ file, clock });
  const { storage, audit } = opened;
  if (!options.isMigrated) await migrate([{ owner: 'transparency', steps: transparencyMigrations }], storage, clock);
  const store = new LogStore('main');
  const { log, lines } = listeningLog();
  const eventLog = eventLogOf({ storage, tenant: 'main' }, [events]);
  const certificates = { find: async (id: string) => ({ id, credential: credentialOf(id) }) as unknown as Certificate };
  const publishing = { storage, store, key: () => logKey(signer, ORIGIN), clock, log };
  const handlers = transparencyHandlers(publicLog(storage, store, publishing.key));
  /** A route of the log, as the edge would call it: `checkpoint`, `tile/0/x001/067.p/3`. */
  const call = (path: string): Promise<RouteReply> => {
    const [first, level = '', ...parts] = path.split('/');
    const params = { level, ...Object.fromEntries(parts.map((part, at) => [`part${at}`, part])) };
    const name = first === 'checkpoint' ? 'checkpoint' : (`tile${parts.length}` as 'tile1');
    return handlers[name]({ params, query: {}, headers: {}, body: undefined, actor: null });
  };
  const get = async (path: string): Promise<Uint8Array> => {
    const { body } = await call(path);
    return typeof body === 'string' ? new TextEncoder().encode(body) : (body as Uint8Array);
  };
  const turn = () => append({ storage, store, eventLog, certificates, log });
  return {
    file,
    clock,
    storage,
    store,
    lines,
    eventLog,
    publishing,
    call,
    get,
    published: publishedLog(get),
    turn,
    /** What the service does, until there is nothing left to do. */
    async settle() {
      while (await turn());
      await publish(publishing);
    },
    happen: (action: string, subject: string, said: object = {}) =>
      storage.transaction((trx) => audit.append(trx, { actor: 'nurse Asha', action, subject, detail: { ...said } })),
  };
}

export type OpenLog = Awaited<ReturnType<typeof openLog>>;
