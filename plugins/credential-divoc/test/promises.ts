import { assertVerdict } from '@divoc/core/testkit';
import { expect } from 'vitest';
import { type Document, open } from './fixture.js';
import { places, swaps, valueAt, withValues } from './mutants.js';

const pointer = (path: readonly (string | number)[]) => `/${path.join('/')}`;

/** Requires that a changed value is INVALID_SIGNATURE wherever it stands. */
export async function assertChangesAreRefused(document: Document): Promise<void> {
  for (const place of places(document)) {
    const verdict = await open(withValues(document, [place, `${String(valueAt(document, place))}x`]));
    expect([pointer(place), verdict.status, verdict.claims]).toEqual([pointer(place), 'INVALID_SIGNATURE', undefined]);
  }
}

/** Requires that a member which no term defines is named, and claimed by nobody. */
export async function assertAdditionsAreNamed(document: Document): Promise<void> {
  const { claims, unprotected = [] } = await open(document);
  for (const [place, value] of [
    [['colour'], 'red'],
    [['credentialSubject', 'diagnosis'], 'none'],
    [['evidence', 0, 'booster'], true],
    [['evidence', 0, 'facility', 'address', 'country'], 'XX'],
  ] as const) {
    const verdict = await open(withValues(document, [place, value]));
    assertVerdict(verdict);
    expect(verdict).toMatchObject({ status: 'VERIFIED', unprotected: [...unprotected, pointer(place)].sort() });
    expect(verdict.claims).toEqual(claims);
  }
}

/** Requires that a swap is refused, or has the same claims and is named. One in `stride` is tried, but all within a dose. */
export async function assertSwapsAreTold(document: Document, stride: number): Promise<void> {
  const { claims } = await open(document);
  let told = 0;
  for (const [index, { document: mutant, places: swapped }] of [...swaps(document)].entries()) {
    const isInDose = swapped.every((path) => path[0] === 'evidence' && path.length === 3);
    if (!isInDose && index % stride !== 0) continue;
    const verdict = await open(mutant);
    assertVerdict(verdict);
    if (verdict.claims === undefined) continue;
    told += 1;
    expect(['VERIFIED', 'RULE_FAILED']).toContain(verdict.status);
    expect(verdict.claims).toEqual(claims);
    expect(verdict.unprotected).toEqual(expect.arrayContaining(swapped.map(pointer)));
  }
  // DIVOC's defect: the dose and its number, the vaccine and its batch, the dates, the addresses of its pages.
  expect(told).toBeGreaterThan(3);
}
