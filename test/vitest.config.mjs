import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// Tests of parts read core's sources, so that none of them runs against a stale build.
const conditions = ['divoc-source', 'node', 'default'];

/** What is run a second time, on PostgreSQL: all that keeps something, and the journeys. */
const ON_POSTGRES = [
  'core/store/**/*.test.ts',
  'core/services/{payments,delivery,registry}/**/*.test.ts',
  'test/journeys/main-job.test.ts',
];

/** `--mode long`: only the long tests; without it all others. */
export default defineConfig(({ mode }) => {
  const isLong = mode === 'long';
  const all = isLong ? ['test/**/*.long.test.ts'] : ['core/**/*.test.ts', 'plugins/**/*.test.ts', 'test/**/*.test.ts'];
  return {
    root: fileURLToPath(new URL('..', import.meta.url)),
    resolve: { conditions },
    ssr: { resolve: { conditions } },
    test: {
      exclude: ['**/node_modules/**', '**/dist/**', ...(isLong ? [] : ['**/*.long.test.ts'])],
      globalSetup: [fileURLToPath(new URL('postgres.ts', import.meta.url))],
      testTimeout: 60_000,
      hookTimeout: 120_000,
      projects: [
        { extends: true, test: { name: 'main', include: all } },
        {
          extends: true,
          test: {
            name: 'postgres',
            include: isLong ? ['test/chaos/*.long.test.ts'] : ON_POSTGRES,
            env: { DIVOC_TEST_DATABASE: 'postgres' },
          },
        },
      ],
    },
  };
});
