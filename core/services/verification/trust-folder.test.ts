import { mkdirSync, mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SEALED_AT } from '../../testkit/credential-fixture.js';
import { DATES, ISSUED, OWN, STRANGER, signedBy } from '../../verifier/trust-pins.fixture.js';
import { seenFile } from './seen-bundles.js';
import { type FolderPins, openTrustFolder } from './trust-folder.js';

const A = 'z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2';
const B = 'z6MktwupdmLXVVqTzCw4i46r4uGyosGXRnR3XjN4Zq7oMMsw';
const didOf = (name: string) => `did:web:${name}.example`;
function bundle(name: string, change: object = {}) {
  const did = didOf(name);
  const method = { id: `${did}#key-1`, type: 'Multikey', controller: did, publicKeyMultibase: A, ...change };
  return { divocTrust: 1, didDocuments: [{ id: did, verificationMethod: [method], assertionMethod: [method.id] }], contexts: {} };
}

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'divoc-trust-'));
  mkdirSync(join(home, 'trust'));
});
afterEach(() => rmSync(home, { recursive: true }));

const folder = () => join(home, 'trust');
function put(name: string, content: unknown): string {
  const file = join(folder(), name);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}
const refusal = (message: RegExp) => expect.objectContaining({ code: 'TRUST_BUNDLE_INVALID', message: expect.stringMatching(message) });

describe('openTrustFolder', () => {
  it('trusts every bundle of the folder and every file named', () => {
    put('a.json', bundle('a'));
    put('b.json', [bundle('b')]);
    writeFileSync(join(home, 'c.json'), JSON.stringify(bundle('c')));
    put('d.json.17.draft', '{"half');
    put('.e.json', '{"half');
    const trust = openTrustFolder(folder(), [join(home, 'c.json')]).current();
    expect(['a', 'b', 'c', 'd'].map((name) => trust.issuer(didOf(name)))).toEqual([true, true, true, false]);
  });

  it('needs no folder', () => {
    const opened = openTrustFolder(join(home, 'nowhere'));
    expect(opened.current().issuer(didOf('a'))).toBe(false);
    mkdirSync(join(home, 'nowhere'));
    writeFileSync(join(home, 'nowhere', 'a.json'), JSON.stringify(bundle('a')));
    expect(opened.current().issuer(didOf('a'))).toBe(true);
  });

  it('sees what is added, replaced and removed', () => {
    const opened = openTrustFolder(folder());
    put('a.json', bundle('a'));
    expect(opened.current().key(`${didOf('a')}#key-1`)?.revoked).toBeUndefined();
    put('a.json', bundle('a', { revoked: '2026-01-01T00:00:00Z' }));
    expect(opened.current().key(`${didOf('a')}#key-1`)?.revoked).toBe('2026-01-01T00:00:00Z');
    // In one step, as the certificates service does it: the same name and date, and another file.
    const [draft, at] = [put('a.draft', bundle('b')), new Date('2026-01-01')];
    utimesSync(put('a.json', bundle('c')), at, at);
    expect(opened.current().issuer(didOf('c'))).toBe(true);
    utimesSync(draft, at, at);
    renameSync(draft, join(folder(), 'a.json'));
    expect([opened.current().issuer(didOf('b')), opened.current().issuer(didOf('c'))]).toEqual([true, false]);
    rmSync(join(folder(), 'a.json'));
    expect(opened.current().issuer(didOf('b'))).toBe(false);
  });

  it('gives the same trust while nothing changes, so that what formats derive from it is kept', () => {
    put('a.json', bundle('a'));
    const opened = openTrustFolder(folder());
    const trust = opened.current();
    expect(opened.current()).toBe(trust);
    const started = performance.now();
    for (let round = 0; round < 1_000; round += 1) opened.current();
    expect(performance.now() - started).toBeLessThan(20_000);
  });

  it.each<[string, string, RegExp]>([
    ['half a file', '{"divocTrust":1,', /bad\.json: line 1, column 17: expected/],
    ['a member given twice', '{"divocTrust":1,"divocTrust":1}', /bad\.json: line 1, column 17: the member is given twice/],
    ['a newer file', '{"divocTrust":2}', /bad\.json: divocTrust must be 1/],
    [
      'another key under a known name',
      JSON.stringify(bundle('a', { publicKeyMultibase: B })),
      /bad\.json: two bundles give .* different keys/,
    ],
  ])('names the file that is not to be relied on: %s', (_what, text, message) => {
    put('a.json', bundle('a'));
    put('z.json', bundle('z'));
    const opened = openTrustFolder(folder());
    opened.current();
    const file = put('bad.json', text);
    // And goes on doing so until it is mended.
    for (let round = 0; round < 2; round += 1) expect(() => opened.current()).toThrow(refusal(message));
    rmSync(file);
    expect(opened.current().issuer(didOf('a'))).toBe(true);
  });

  it('refuses a named file that is missing, and a folder where a file should be', () => {
    expect(() => openTrustFolder(folder(), [join(home, 'none.json')]).current()).toThrow(refusal(/none\.json cannot be read: ENOENT/));
    mkdirSync(join(folder(), 'deep.json'));
    expect(() => openTrustFolder(folder()).current()).toThrow(refusal(/deep\.json cannot be read: EISDIR/));
  });
});

describe('openTrustFolder with pins', () => {
  const now = { at: SEALED_AT };
  const open = (change: Partial<FolderPins> = {}) => {
    const seen = seenFile(join(folder(), '.seen.json'));
    return openTrustFolder(folder(), [], { keys: [OWN.multibase], now: () => now.at, own: join(folder(), 'main.json'), seen, ...change });
  };
  const foreign = (change: object = {}) => signedBy([OWN], { ...bundle('a'), ...DATES, ...change });
  beforeEach(() => {
    now.at = SEALED_AT;
  });

  it('wants the signature of a pinned key on every file but that of the house', async () => {
    put('main.json', bundle('main'));
    put('a.json', await foreign());
    const trust = open().current();
    expect([trust.issuer(didOf('main')), trust.issuer(didOf('a')), trust.pinned?.seen]).toEqual([true, true, { [DATES.issuer]: ISSUED }]);
    put('b.json', bundle('b'));
    expect(() => open().current()).toThrow(
      expect.objectContaining({ code: 'TRUST_UNSIGNED', message: expect.stringMatching(/b\.json: /) }),
    );
    put('b.json', await signedBy([STRANGER], { ...bundle('b'), ...DATES }));
    expect(() => open().current()).toThrow(expect.objectContaining({ code: 'TRUST_SIGNER_UNKNOWN' }));
  });

  it('refuses an older file than it has seen, after a restart as well', async () => {
    put('a.json', await foreign({ issued: '2026-11-22T00:00:00.000Z' }));
    const opened = open();
    expect(opened.current().issuer(didOf('a'))).toBe(true);
    put('a.json', await foreign());
    for (const again of [opened, open(), opened])
      expect(() => again.current()).toThrow(expect.objectContaining({ code: 'TRUST_ROLLED_BACK' }));
    // Whoever may remove what is remembered begins anew; a file that is damaged is not taken for that.
    writeFileSync(join(folder(), '.seen.json'), '{');
    expect(() => open().current()).toThrow(/\.seen\.json remembers .* take it away to begin anew/);
    rmSync(join(folder(), '.seen.json'));
    expect(open().current().issuer(didOf('a'))).toBe(true);
  });

  it('refuses a file from the moment at which it ends, though nothing has changed', async () => {
    put('a.json', await foreign());
    const opened = open();
    const trust = opened.current();
    expect(opened.current()).toBe(trust);
    now.at = new Date(DATES.validUntil);
    expect(() => opened.current()).toThrow(expect.objectContaining({ code: 'TRUST_EXPIRED', message: expect.stringMatching(/a\.json: /) }));
  });
});
