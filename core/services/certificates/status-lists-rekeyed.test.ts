import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, it } from 'vitest';
import type { CredentialFormat, SealIntent } from '../../api/index.js';
import { handClock } from '../../testkit/hand-clock.js';
import { plainFormat } from '../../testkit/plain-format.js';
import { loadTrustBundles } from '../../verifier/trust.js';
import { verifyInput } from '../../verifier/verify.js';
import { changingSigner, DID, type House, ID, openHouse, requestOf } from './certificates.fixture.js';
import { formKeyOf } from './form-keys.js';
import { statusListType } from './status-list-type.js';
import { LIST_ENTRIES } from './status-permutation.js';

/** The first one seals the lists as well, with the same key. */
const formats: Record<'first' | 'second', CredentialFormat> = {
  first: plainFormat('first', { writesStatus: true }),
  second: { ...plainFormat('second', { writesStatus: true }), needs: { purpose: 'other', algorithm: 'Ed25519' } },
};
const officer = { reason: 'fraud', actor: 'officer' } as const;
const LIST = (name: string) => `https://health.example/status/${name}`;
interface List {
  readonly claims: { readonly credentialSubject: { readonly encodedList: string } };
  readonly proof: { readonly key: string };
}
/** A trust file, as far as it is looked at here. */
interface File {
  readonly statusLists: Readonly<Record<string, List>>;
}

let signer: ReturnType<typeof changingSigner>;
beforeEach(() => {
  signer = changingSigner('vc', 'other');
});

/** Three certificates: one is revoked, one suspended, one holds. */
async function withThree(): Promise<House> {
  const house = await openHouse({ formats, signer, clock: handClock() });
  for (const n of [1, 2, 3]) await house.port.issue(await requestOf(house, n));
  await house.port.revoke(ID(1), officer);
  await house.port.suspend(ID(2), { reason: 'under-investigation', actor: 'officer' });
  return house;
}

const fileOf = ({ home }: House): File => JSON.parse(readFileSync(join(home, 'trust', 'main.json'), 'utf8'));
const bitsIn = (file: File, name: string) => file.statusLists[LIST(name)]?.claims.credentialSubject.encodedList;
const keyOf = (file: File, name: string) => file.statusLists[LIST(name)]?.proof.key;
const served = async (house: House, name: string) => JSON.parse(String((await house.call('statusList', { params: { list: name } })).body));
const credentialOf = async (house: House, n: number, form: string) => {
  const rendering = await house.port.render(ID(n), { mediaType: 'application/vc', form, includeEnded: true });
  return JSON.parse(Buffer.from(rendering?.body ?? []).toString());
};
/** Status, answer to status, and reasons. */
async function verdict(credential: unknown, ...trust: readonly object[]) {
  const { status, answers, reasons } = await verifyInput(
    credential,
    formats,
    loadTrustBundles([...trust]),
    new Date('2026-11-24T00:00:00Z'),
  );
  return [status, answers.status, ...reasons.map(({ code }) => code)];
}
const signedLists = async (house: House) => (await house.audited()).filter((action) => action === 'status-list.signed').length;

describe('status lists whose key was revoked', () => {
  it('are signed by its successor with what they said, served at once, and believed', async () => {
    const house = await withThree();
    const before = fileOf(house);
    const old = signer.compromise('vc');
    await house.reissue.publish();
    const after = fileOf(house);
    const { id } = await signer.active(formats.first.needs);
    expect([keyOf(before, 'r1'), keyOf(before, 's1')]).toEqual([`${DID}#${old.id}`, `${DID}#${old.id}`]);
    for (const name of ['r1', 's1']) {
      expect([keyOf(after, name), bitsIn(after, name)]).toEqual([`${DID}#${id}`, bitsIn(before, name)]);
      expect(await served(house, name)).toEqual(after.statusLists[LIST(name)]);
    }
    // The second form was not of that key, and needs the lists.
    const verdicts = await Promise.all([1, 2, 3].map(async (n) => verdict(await credentialOf(house, n, 'second'), after)));
    expect(verdicts).toEqual([
      ['REVOKED', 'fail', 'REVOKED'],
      ['SUSPENDED', 'fail', 'SUSPENDED'],
      ['VERIFIED', 'pass'],
    ]);
    // Signed once: the next renewal has nothing to do.
    const signed = await signedLists(house);
    await house.reissue.publish();
    expect([await signedLists(house), fileOf(house)]).toEqual([signed, after]);
  });

  it('are refused as they were, and as who has the key would make them, wherever the trust says that it was revoked', async () => {
    const house = await withThree();
    const before = fileOf(house);
    const cleared = await forged((await signer.active(formats.first.needs)).id);
    signer.compromise('vc');
    await house.reissue.publish();
    const after = fileOf(house);
    const second = await Promise.all([1, 2, 3].map((n) => credentialOf(house, n, 'second')));
    const withLists = (statusLists: object) => ({ ...after, statusLists });
    for (const lists of [before.statusLists, cleared])
      for (const credential of second)
        expect(await verdict(credential, withLists(lists))).toEqual(['VERIFIED', 'not-checked', 'STATUS_LIST_UNSOUND']);
    // Beside the new ones they say nothing, though the forged ones are of a later date.
    for (const more of [before, { divocTrust: 1, statusLists: cleared }]) {
      expect(await verdict(second[0], after, more)).toEqual(['REVOKED', 'fail', 'REVOKED']);
      expect(await verdict(second[1], more, after)).toEqual(['SUSPENDED', 'fail', 'SUSPENDED']);
    }
    // Who has not heard of it yet is told what was told before, by the lists of before.
    expect(await verdict(second[0], before)).toEqual(['REVOKED', 'fail', 'REVOKED']);
    expect(await verdict(second[0], { ...before, statusLists: cleared })).toEqual(['VERIFIED', 'pass']);
  });

  it('stay to the byte where another key was revoked', async () => {
    const house = await withThree();
    const before = fileOf(house);
    signer.compromise('other');
    await house.reissue.publish();
    expect(fileOf(house).statusLists).toEqual(before.statusLists);
    expect(await signedLists(house)).toBe(4);
  });

  it('hold up nothing where they cannot be signed: the key is known as revoked, and they come with the next one', async () => {
    const house = await withThree();
    const before = fileOf(house);
    const first = await credentialOf(house, 3, 'first');
    signer.compromise('vc', { isLast: true });
    await house.reissue.publish();
    expect(house.lines).toContainEqual(expect.objectContaining({ level: 'error', code: 'SIGNER_KEY_MISSING', list: 'r1' }));
    const between = fileOf(house);
    expect(between.statusLists).toEqual(before.statusLists);
    expect((await verdict(first, between))[0]).toBe('REVOKED_KEYS');
    // A revocation meanwhile stands, and is told once it can be.
    await house.port.revoke(ID(3), officer);
    const second = await credentialOf(house, 3, 'second');
    expect(await verdict(second, fileOf(house))).toEqual(['VERIFIED', 'not-checked', 'STATUS_LIST_UNSOUND']);
    signer.replace('vc');
    await house.reissue.publish();
    expect(await verdict(second, fileOf(house))).toEqual(['REVOKED', 'fail', 'REVOKED']);
  });
});

/** Lists without any bit, of tomorrow, as somebody makes them who has taken the key. */
async function forged(keyId: string): Promise<object> {
  const encodedList = `u${gzipSync(new Uint8Array(LIST_ENTRIES / 8)).toString('base64url')}`;
  const dated = { validFrom: '2026-11-23T23:00:00.000Z', validUntil: '2027-11-23T23:00:00.000Z', created: '2026-11-23T23:00:00.000Z' };
  const made: Record<string, unknown> = {};
  for (const [name, statusPurpose] of [
    ['r1', 'revocation'],
    ['s1', 'suspension'],
  ] as const) {
    const intent: SealIntent = {
      id: LIST(name),
      issuer: DID,
      type: statusListType('https://health.example'),
      ...dated,
      ...formKeyOf(DID, await signer.active(formats.first.needs)),
      subject: { id: `${LIST(name)}#list`, type: 'BitstringStatusList', statusPurpose, encodedList },
    };
    made[LIST(name)] = await formats.first.seal(intent, (data) => signer.sign(keyId, data));
  }
  return made;
}
