import { describe, expect, it } from 'vitest';
import { certificate, open } from './fixture.js';

const { proof, ...unsigned } = certificate('ed25519-v1');
const within = (members: object) => ({ ...unsigned, ...members, proof });
const many = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, index) => make(index));
const nested = (levels: number): object => (levels === 0 ? {} : { evidence: nested(levels - 1) });

/** Blank nodes that all look alike, each joined with all others: the canonical order takes more tries than anybody can wait for. */
const poison = (size: number) =>
  within({
    evidence: many(size, (from) => ({ id: `_:n${from}`, evidence: many(size, (to) => `_:n${to}`), type: 'VerifiableCredential' })),
  });
const ring = (size: number) =>
  within({ evidence: many(size, (from) => ({ id: `_:n${from}`, type: 'VerifiableCredential', evidence: `_:n${(from + 1) % size}` })) });

describe('whatever somebody makes of a certificate to keep a verifier busy', () => {
  it.each([
    ['10,000 values', within({ evidence: many(10_000, (index) => ({ name: index })) }), 'INVALID_ENCODING'],
    ['2,000 values', within({ evidence: many(1_000, (index) => ({ name: index })) }), 'INVALID_SIGNING_FORMAT'],
    ['12 levels', within(nested(12)), 'INVALID_SIGNING_FORMAT'],
    ['a thousand levels', within(nested(1_000)), 'INVALID_ENCODING'],
    ['blank nodes, all joined', poison(24), 'INVALID_SIGNING_FORMAT'],
    ['blank nodes in a ring', ring(200), 'INVALID_SIGNING_FORMAT'],
    ['blank nodes without members', within({ evidence: many(400, () => ({})) }), 'INVALID_SIGNING_FORMAT'],
    ['a list of itself', within({ '@included': many(50, () => unsigned) }), 'INVALID_SIGNING_FORMAT'],
    ['a long text', within({ nonTransferable: 'x'.repeat(200_000) }), 'INVALID_SIGNATURE'],
  ])('is answered soon: %s', async (_, document, status) => {
    // Without bounds these take hours; the test's own deadline is what tells.
    expect((await open(document)).status).toBe(status);
  });
});
