import { randomBytes } from 'node:crypto';
import { type Certificates, canonicalJson, contentHash, type EventLog, type HouseEvent, type Logger } from '../../api/index.js';
import type { Storage } from '../../internal/index.js';
import { type LogOpening, recordOf } from '../../verifier/transparency/log-entry.js';
import { type Hash, type HashAt, leafHash, nodeHash } from '../../verifier/transparency/merkle-tree.js';
import type { LogStore, NewEntry, Node } from './log-store.js';

export interface Appending {
  readonly storage: Storage;
  readonly store: LogStore;
  readonly eventLog: EventLog;
  readonly certificates: Pick<Certificates, 'find'>;
  readonly log: Logger;
}

/** Audit entries looked through at once, which are one transaction. */
const BATCH = 200;
const WANTED = /^divoc\.certificate\./;
const ISSUED = /^divoc\.certificate\.issued\./;
const REISSUED = /^divoc\.certificate\.reissued\./;

/**
 * Appends what has happened to certificates since it was last looked, in the order of the events, each once. True when there
 * may be more.
 *
 * Entries, tree and position are one transaction, and the position moves only from where it was read: a crash, or a second
 * process that does the same, leaves nothing half done and nothing twice.
 */
export async function append({ storage, store, eventLog, certificates, log }: Appending): Promise<boolean> {
  const head = await store.head(storage.knex);
  const { events, position } = await eventLog.read(head.position, BATCH);
  if (position === head.position) return false;
  const entries: NewEntry[] = [];
  for (const event of events) if (WANTED.test(event.type)) entries.push(await entryOf(event, certificates));
  await storage.transaction(async (trx) => {
    if (!(await store.moveHead(trx, head, { size: head.size + entries.length, position }))) return;
    if (entries.length === 0) return;
    const leaves = entries.map(({ record }) => leafHash(new TextEncoder().encode(record)));
    await store.addEntries(trx, head.size, entries);
    await store.addNodes(trx, await newNodes(head.size, leaves, store.hashAt(trx)));
    log.debug({ stage: 'log.appending', entries: entries.length }, 'appending to the transparency log');
  });
  if (entries.length > 0) log.debug({ stage: 'log.appended', entries: entries.length }, 'appended to the transparency log');
  return true;
}

async function entryOf({ id, type, subject, time, data }: HouseEvent, certificates: Appending['certificates']): Promise<NewEntry> {
  // Only what is signed is new; the entries of its end name it by its id, which is salted too. The log may come to an entry
  // late: it names the credential of that time, and not the one that has taken its place.
  const seal = ISSUED.test(type) ? 0 : REISSUED.test(type) ? Number(data.seal) : undefined;
  const certificate = seal === undefined ? undefined : await certificates.find(subject, { seal });
  const opening: LogOpening = {
    salt: randomBytes(32).toString('base64url'),
    type,
    subject,
    time,
    data,
    ...(certificate && { credential: contentHash(certificate.credential) }),
  };
  return { eventId: id, subject, record: canonicalJson(recordOf(opening)), opening: canonicalJson(opening) };
}

/** The nodes that new leaves make: themselves, and the root of every subtree that they complete. */
async function newNodes(size: number, leaves: readonly Hash[], hashAt: HashAt): Promise<Node[]> {
  const made = new Map<string, Node>();
  const at: HashAt = async (level, index) => made.get(`${level}/${index}`)?.hash ?? hashAt(level, index);
  const add = (node: Node) => made.set(`${node.level}/${node.index}`, node);
  for (const [offset, hash] of leaves.entries()) {
    let node: Node = { level: 0, index: size + offset, hash };
    add(node);
    while (node.index % 2 === 1) {
      node = { level: node.level + 1, index: (node.index - 1) / 2, hash: nodeHash(await at(node.level, node.index - 1), node.hash) };
      add(node);
    }
  }
  return [...made.values()];
}
