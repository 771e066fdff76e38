import { expect, it } from 'vitest';
import { checkGenerated } from '../../plugins/credential-ldp/test/compiled-check.js';

it("gives jsonld's and rdf-canonize's bytes for 10,000 documents of 200 generated types", async () => {
  const { compiled, left } = await checkGenerated({ types: 200, documents: 60 });
  expect(compiled).toBeGreaterThanOrEqual(10_000);
  // What is left are documents with twins, strange IRIs and numbers without one form.
  expect(left).toBeLessThan(compiled / 2);
}, 600_000);
