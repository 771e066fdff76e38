import { certificates, declareRoutes, definePlugin, eventLog, type Health, many, one } from '../../api/index.js';
import { chosenSigner, declareMigrations, signer, storage } from '../../internal/index.js';
import { every } from '../../store/recurring.js';
import { append } from './append.js';
import { logKey } from './log-key.js';
import { LogStore } from './log-store.js';
import { transparencyMigrations } from './migrations.js';
import { publicLog } from './public-log.js';
import { publish } from './publish.js';
import { transparencyHandlers, transparencyRoutes } from './routes.js';
import { checkSigner, checkWitnesses, type TransparencyConfig, transparencyConfig, witnessesOf } from './transparency-config.js';
import { askWitness } from './witness.js';

/** The transparency service: an append-only log of what was issued and what was ended, which anybody can audit. */
export const transparencyPart = definePlugin<TransparencyConfig>()({
  id: 'transparency',
  summary: 'Keeps a public, append-only log of certificates issued and ended, without anything personal, for auditors and witnesses.',
  config: transparencyConfig,
  uses: { storage: one(storage), eventLog: one(eventLog), certificates: one(certificates), signers: many(signer) },
  provides: { routes: declareRoutes(transparencyRoutes), migrations: declareMigrations(transparencyMigrations) },
  check: ({ config, declared }) => [...checkWitnesses(config), ...checkSigner(config, Object.keys(declared(signer)))],
  async setup({ config, tenant, clock, log }, { storage, eventLog, certificates, signers }) {
    const signer = chosenSigner(signers, config.signer === undefined ? {} : { default: config.signer });
    const store = new LogStore(tenant);
    const witnesses = witnessesOf(config);
    const appending = { storage, store, eventLog, certificates, log };
    const publishing = { storage, store, key: () => logKey(signer, config.origin), clock, log };
    /** What the newest turn has failed of, for health. */
    let trouble: string | undefined;
    const noting = async (work: () => Promise<unknown>): Promise<void> => {
      try {
        await work();
        trouble = undefined;
      } catch (error) {
        const { code, name } = error as Error & { code?: string };
        trouble = code ?? name;
        throw error;
      }
    };
    const look = async () => {
      while (await append(appending));
    };
    const sign = async () => {
      await publish(publishing);
      for (const witness of witnesses) {
        // One that is told that it remembers another size is shown the right proof at once.
        const ask = () => askWitness(publishing, witness);
        const isSigned = await ask().catch((error: Error) => {
          log.warn({ code: error.name, witness: witness.key.name }, 'a witness cannot be reached; it is asked again');
          return true;
        });
        if (!isSigned) await ask().catch(() => false);
      }
    };
    let turns: ReturnType<typeof every>[] = [];
    return {
      ports: {
        routes: {
          table: transparencyRoutes,
          handlers: transparencyHandlers(publicLog(storage, store, publishing.key)),
        },
        migrations: true,
      },
      async start() {
        // A log without a key would be found out by its first reader; so it is by whoever starts it.
        await publishing.key();
        turns = [
          every(config.lookEverySeconds, 'the transparency log', log, () => noting(look)),
          every(config.checkpointEverySeconds, 'signing the transparency log', log, () => noting(sign)),
        ];
      },
      async stop() {
        await Promise.all(turns.map((turn) => turn.stop()));
      },
      health: async (): Promise<Health> =>
        trouble === undefined ? { status: 'pass' } : { status: 'fail', detail: `the transparency log stands still: ${trouble}` },
    };
  },
});
