import { describe, it } from 'vitest';
import { certificate } from './fixture.js';
import { assertAdditionsAreNamed, assertChangesAreRefused, assertSwapsAreTold } from './promises.js';

// One certificate, and one swap in so many: all of all are tried in `mutants.long.test.ts`.
describe('whoever alters a certificate', () => {
  const document = certificate('ed25519-v1');
  it('has no signature for a value that was changed', () => assertChangesAreRefused(document));
  it('adds nothing to the claims', () => assertAdditionsAreNamed(document));
  it('changes nothing of the claims by a swap', () => assertSwapsAreTold(document, 20));
});
