import { describe, expect, it } from 'vitest';
import { contentHash } from '../../api/index.js';
import { readCheckpoint } from '../../verifier/transparency/checkpoint.js';
import { auditLog } from '../../verifier/transparency/log-audit.js';
import { entryHash, type LogOpening, parseOpening, recordOf } from '../../verifier/transparency/log-entry.js';
import { parseLogProof, verifyLogProof } from '../../verifier/transparency/log-proof.js';
import { compareWithEvents, proveCertificate } from './own-log.js';
import { publish } from './publish.js';
import { credentialOf, type OpenLog, ORIGIN, openLog } from './transparency.fixture.js';

const policy = async ({ publishing }: OpenLog) => ({ log: (await publishing.key()).noteKey });
const audit = async (log: OpenLog, since?: string) => {
  const kept = since === undefined ? undefined : readCheckpoint(since)?.checkpoint;
  return auditLog(log.published, { policy: await policy(log), ...(kept && { since: kept }) });
};
const compare = (log: OpenLog) => compareWithEvents(log.storage.knex, 'main', (after, limit) => log.eventLog.read(after, limit));

async function filled(count: number): Promise<OpenLog> {
  const log = await openLog();
  for (let n = 0; n < count; n += 1) {
    await log.happen('dose.recorded', `d${n}`, { programme: 'covid-19' });
    await log.happen('certificate.issued', `certificate-${n}`, { forms: ['ldp'] });
    if (n % 3 === 0) await log.happen('certificate.revoked', `certificate-${n}`, { reason: 'duplicate' });
  }
  await log.settle();
  return log;
}

describe('the transparency log', () => {
  it('has one entry for each certificate issued or ended, which anybody can audit from what is published', async () => {
    const log = await filled(12);
    const { fault, checkpoint } = await audit(log);
    expect([fault, checkpoint?.origin, checkpoint?.size]).toEqual([undefined, ORIGIN, 16]);
    expect(await compare(log)).toBeUndefined();
    // Nothing new, nothing signed.
    await log.settle();
    expect(await log.storage.knex('log_checkpoint').select('size')).toHaveLength(1);
  });

  it('shows what has happened on which day, and nothing of whom or where', async () => {
    const log = await filled(3);
    const shown = new TextDecoder().decode(await log.get('tile/entries/000.p/4'));
    for (const secret of ['certificate-0', 'Bhāya', 'nurse', 'duplicate', 'ldp', 'covid']) expect(shown).not.toContain(secret);
    expect(shown).toContain('divoc.certificate.issued.v1');
    expect(Object.keys(JSON.parse(shown.slice(2, shown.indexOf('}') + 1)))).toEqual(['commitment', 'day', 'type']);
    expect(JSON.stringify(log.lines)).not.toContain('certificate-0');
  });

  it('proves to whoever holds a certificate that it was issued, and that it was revoked', async () => {
    const log = await filled(7);
    const proofs = await proveCertificate(log.storage.knex, 'main', 'certificate-3');
    expect(proofs.map(({ type }) => type)).toEqual(['divoc.certificate.issued.v1', 'divoc.certificate.revoked.v1']);
    for (const { proof: text } of proofs) {
      const proof = parseLogProof(text);
      const opening = proof?.extra && parseOpening(proof.extra);
      if (!proof || !opening) throw new Error('no proof');
      expect(await verifyLogProof(proof, entryHash(recordOf(opening)), await policy(log))).toMatchObject({ origin: ORIGIN });
      const others: LogOpening[] = [
        { ...opening, subject: 'certificate-4' },
        { ...opening, time: '2020-01-01T00:00:00.000Z' },
        { ...opening, salt: 'x' },
      ];
      for (const other of others)
        expect(await verifyLogProof(proof, entryHash(recordOf(other)), await policy(log))).toBe('ENTRY_NOT_INCLUDED');
    }
    const [issued] = proofs.map(({ proof }) => parseOpening(parseLogProof(proof)?.extra ?? new Uint8Array()));
    expect(issued?.credential).toBe(contentHash(credentialOf('certificate-3')));
    expect(await proveCertificate(log.storage.knex, 'main', 'certificate-99')).toEqual([]);
  });

  it('goes on from what it was: an earlier checkpoint is the beginning of a later log', async () => {
    const log = await filled(5);
    const { note } = await audit(log);
    for (let n = 100; n < 420; n += 1) await log.happen('certificate.issued', `certificate-${n}`, { forms: ['ldp'] });
    await log.settle();
    const { fault, checkpoint } = await audit(log, note);
    expect([fault, checkpoint?.size]).toEqual([undefined, 327]);
    // Across the edge of a bundle, and a full tile above it.
    expect(await log.get('tile/0/000')).toHaveLength(8192);
    expect(await log.get('tile/1/000.p/1')).toHaveLength(32);
    await expect(log.get('tile/0/001')).rejects.toMatchObject({ status: 404 });
    for (const path of [
      'tile/0/001.p/72',
      'tile/0/1',
      'tile/64/000',
      'tile/0/x000/000.p/0',
      'tile/0/000.p/256',
      'tile/0/000.p/007',
      'tile/a/000',
    ])
      await expect(log.get(path)).rejects.toMatchObject({ status: 404 });
    expect(await log.get('tile/0/x000/001.p/71')).toEqual(await log.get('tile/0/001.p/71'));
  });

  it('is found out when it was rewritten: an entry changed, left out, or another history', async () => {
    const log = await filled(6);
    const { note } = await audit(log);
    const cheat = async (change: (index: number, bytes: Uint8Array) => Uint8Array | undefined) => {
      const entries = async (from: number, count: number) =>
        (await log.published.entries(from, count)).flatMap((bytes, at) => change(from + at, bytes) ?? []);
      return (await auditLog({ ...log.published, entries }, { policy: await policy(log) })).fault;
    };
    expect(await cheat((_, bytes) => bytes)).toBeUndefined();
    expect(await cheat((index, bytes) => (index === 3 ? bytes.map((byte, at) => (at === 40 ? byte ^ 1 : byte)) : bytes))).toBe(
      'ROOT_DIFFERS',
    );
    expect(await cheat((index, bytes) => (index === 3 ? undefined : bytes))).toBe('ENTRIES_MISSING');
    const other = await filled(9);
    expect((await audit(other, note)).fault).toBe('HISTORY_CHANGED');
    const short = await filled(2);
    expect((await audit(short, note)).fault).toBe('LOG_SHRANK');
    expect(
      (await auditLog(log.published, { policy: await policy(other), since: { origin: ORIGIN, size: 0, root: new Uint8Array(32) } })).fault,
    ).toBe('HISTORY_CHANGED');
  });

  it('is compared with the audit log: what one says and the other does not is found', async () => {
    const log = await filled(4);
    const events = await log.eventLog.read(0, 100);
    const altered = (change: (type: string, index: number) => object) => async () => ({
      ...events,
      events: events.events.map((event, index) => ({ ...event, ...change(event.type, index) })),
    });
    const against = (read: Parameters<typeof compareWithEvents>[2]) => compareWithEvents(log.storage.knex, 'main', read);
    expect(await against(altered(() => ({})))).toBeUndefined();
    expect(await against(altered((_, index) => (index === 1 ? { subject: 'certificate-9' } : {})))).toEqual({
      index: 0,
      code: 'EVENT_DIFFERS',
    });
    expect(await against(altered((type) => (type.includes('revoked') ? { type: 'divoc.dose.recorded.v1' } : {})))).toMatchObject({
      code: 'EVENT_DIFFERS',
    });
    expect(await against(async () => ({ ...events, events: [...events.events, events.events[1]!] }))).toEqual({
      index: 6,
      code: 'EVENT_MISSING',
    });
  });

  it('keeps one of several that append at once, and all that a crash has left undone', async () => {
    const log = await openLog();
    for (let n = 0; n < 450; n += 1) await log.happen('certificate.issued', `certificate-${n}`, { forms: ['ldp'] });
    const second = await openLog({ file: log.file, isMigrated: true });
    // A crash between reading and committing: the transaction is the last step, so what it would have kept is not there.
    const died = log.storage.transaction(async (trx) => {
      await log.store.moveHead(trx, { size: 0, position: 0 }, { size: 5, position: 5 });
      throw new Error('killed');
    });
    await expect(died).rejects.toThrow('killed');
    await Promise.all([log.turn(), second.turn(), log.turn(), second.turn()]);
    await Promise.all([log.settle(), second.settle()]);
    expect((await audit(log)).checkpoint?.size).toBe(450);
    expect([await compare(log), (await audit(second)).fault]).toEqual([undefined, undefined]);
    expect(await log.storage.knex('log_entry').countDistinct({ n: 'subject' }).first()).toEqual({
      n: expect.toSatisfy((n) => Number(n) === 450),
    });
  });

  it('cannot be changed in its database either', async () => {
    const log = await filled(1);
    for (const table of ['log_entry', 'log_node']) {
      await expect(log.storage.knex(table).update({ tenant: 'x' })).rejects.toThrow();
      await expect(log.storage.knex(table).delete()).rejects.toThrow();
    }
    // One checkpoint a size, whoever signs again.
    await log.storage.transaction((trx) => log.store.addCheckpoint(trx, 2, 'another', ''));
    expect((await audit(log)).fault).toBeUndefined();
    expect(await publish(log.publishing)).toBe(false);
  });
});
