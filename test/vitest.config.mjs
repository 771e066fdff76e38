import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// Tests of parts read core's sources, so that none of them runs against a stale build.
const conditions = ['divoc-source', 'node', 'import', 'module', 'default'];

/** `--mode long`: only the long tests; without it all others. */
export default defineConfig(({ mode }) => ({
  root: fileURLToPath(new URL('..', import.meta.url)),
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: mode === 'long' ? ['test/**/*.long.test.ts'] : ['core/**/*.test.ts', 'plugins/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', ...(mode === 'long' ? [] : ['**/*.long.test.ts'])],
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
}));
