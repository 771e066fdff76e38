import { describe, it } from 'vitest';
import { certificate, VALID } from '../../plugins/credential-divoc/test/fixture.js';
import { assertAdditionsAreNamed, assertChangesAreRefused, assertSwapsAreTold } from '../../plugins/credential-divoc/test/promises.js';

// All of what `mutants.test.ts` of the plugin tries a part of.
describe.each(VALID)('whoever alters %s', (name) => {
  const document = certificate(name);
  it('has no signature for a value that was changed', () => assertChangesAreRefused(document));
  it('adds nothing to the claims', () => assertAdditionsAreNamed(document));
  it('changes nothing of the claims by any swap of two values', () => assertSwapsAreTold(document, 1));
});
