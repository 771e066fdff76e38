import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// Tests of parts read core's sources, so that none of them runs against a stale build.
const conditions = ['divoc-source', 'node', 'default'];

/** What is run a second time, on PostgreSQL: all that keeps something, and the journeys; most of it in the long run. */
const ON_POSTGRES = ['core/store/**/*.test.ts', 'core/services/registry/**/*.test.ts', 'test/journeys/main-job.test.ts'];
const ON_POSTGRES_LONG = [
  'test/chaos/*.long.test.ts',
  'core/services/{certificates,delivery,payments}/**/*.test.ts',
  'test/journeys/*.test.ts',
];
/** These look into SQLite itself, or a folder or manifest of theirs says which database it is. */
const ON_SQLITE_ALONE = [
  'core/services/payments/{crash,ledger}.test.ts',
  'core/services/delivery/{crash,recipient,upkeep}.test.ts',
  'test/journeys/{adopters,one-field,other-types,two-tenants}.test.ts',
  'test/chaos/killed-{documents,log}.long.test.ts',
  'test/journeys/compromised-forms.long.test.ts',
];
/** These take long, and what they prove is proved in a shorter way as well: they are in the long run, journeys on both databases. */
const IN_LONG = [
  'test/journeys/{adopters,combinations,corrections,digital-identity,events,health-certificates,intake,one-field}.test.ts',
  'test/journeys/{payments,printed-code,selective-disclosure,services-alone,two-auths,two-forms,two-tenants,other-types,validity}.test.ts',
  'test/chaos/{kill-nine,upgrade}.test.ts',
  'test/conformance/*.test.ts',
  'test/{boot/new-plugin,readme/plugin}.test.ts',
  'plugins/*/test/{malleability,many-rows}.test.ts',
];
/** These replace modules of ours, and share none with other files; all others share them, or a third of the time were imports. */
const MOCKING = ['database', 'ledger-verify', 'token'].map((command) => `core/cli/commands/${command}.test.ts`);

/** `--mode long`: only the long tests; `--mode peers`: those that need Debian's programs; without it all others. */
export default defineConfig(({ mode }) => {
  const isLong = mode === 'long';
  // In the projects and not above them: what they extend is read again, without the mode.
  const others = ['long', 'peers'].filter((each) => each !== mode).map((each) => `**/*.${each}.test.ts`);
  const exclude = ['**/node_modules/**', '**/dist/**', ...others];
  const isAll = mode !== 'long' && mode !== 'peers';
  const long = isAll ? IN_LONG : [];
  const all = isAll
    ? ['core/**/*.test.ts', 'plugins/**/*.test.ts', 'test/**/*.test.ts']
    : [`test/**/*.${mode}.test.ts`, ...(isLong ? IN_LONG : [])];
  return {
    root: fileURLToPath(new URL('..', import.meta.url)),
    resolve: { conditions },
    ssr: { resolve: { conditions } },
    test: {
      globalSetup: [fileURLToPath(new URL('postgres.ts', import.meta.url))],
      // More than there are processors: many tests wait for a program, a lease or a server rather than work.
      maxWorkers: Math.ceil(availableParallelism() * 1.5),
      // A machine that is busy with other work is no fault of ours; bounds of speed are kept by tests' own deadlines.
      testTimeout: 120_000,
      hookTimeout: 240_000,
      expect: { poll: { timeout: 20_000 } },
      projects: [
        { extends: true, test: { name: 'main', include: all, exclude: [...exclude, ...MOCKING, ...long], isolate: false } },
        { extends: true, test: { name: 'mocking', include: isAll ? MOCKING : [], exclude } },
        {
          extends: true,
          test: {
            name: 'postgres',
            isolate: false,
            include: isLong ? ON_POSTGRES_LONG : ON_POSTGRES,
            exclude: [...exclude, ...ON_SQLITE_ALONE],
            env: { DIVOC_TEST_DATABASE: 'postgres' },
          },
        },
      ],
    },
  };
});
