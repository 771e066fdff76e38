import { toBase64 } from '../../api/index.js';
import { consistencyProof } from '../../verifier/transparency/merkle-tree.js';
import { type NoteKey, noteOf, parseNote, verifyNote } from '../../verifier/transparency/signed-note.js';
import { newestCheckpoint, type Publishing } from './publish.js';

export interface Witness {
  /** Where it takes checkpoints, without a slash at its end. */
  readonly url: string;
  readonly key: NoteKey;
}

const DEADLINE = 10_000;
const MAX_REPLY = 16_384;

/**
 * Has a witness sign the newest checkpoint (https://c2sp.org/tlog-witness), with the proof that it continues what the witness
 * signed before. True when its signature is there now; false when it is to be asked again later.
 *
 * Nothing but the log's own public state is sent. What a witness answers is kept only if it is its signature of this text.
 */
export async function askWitness(publishing: Publishing, witness: Witness, send: typeof fetch = fetch): Promise<boolean> {
  const { storage, store, log } = publishing;
  const newest = await newestCheckpoint(publishing);
  if (!newest) return false;
  const { note, checkpoint } = newest;
  if ((await verifyNote(newest, witness.key))?.holds) return true;
  const before = await store.witnessed(storage.knex, witness.key.name);
  const reply = await submit(witness, await request(before), send);
  if (reply.status === 409) {
    const size = /^(0|[1-9]\d{0,15})\n$/.exec(reply.text)?.[1];
    // It has seen less, or more, than we remember; more than there is would be another log under our name.
    if (size === undefined || Number(size) > checkpoint.size) return refused('WITNESS_DISAGREES', reply.status);
    if (Number(size) === before) return refused('WITNESS_REFUSED', reply.status);
    await storage.transaction((trx) => store.setWitnessed(trx, witness.key.name, Number(size)));
    return false;
  }
  if (reply.status !== 200) return refused('WITNESS_REFUSED', reply.status);
  const signed = parseNote(`${newest.text}\n${reply.text}`);
  const own = signed && { ...signed, signatures: signed.signatures.filter(({ name }) => name === witness.key.name) };
  if (!own || (await verifyNote(own, witness.key))?.holds !== true) return refused('WITNESS_SIGNATURE_WRONG', reply.status);
  log.debug({ stage: 'log.witnessing', size: checkpoint.size, witness: witness.key.name }, 'keeping the signature of a witness');
  return storage.transaction(async (trx) => {
    await store.setWitnessed(trx, witness.key.name, checkpoint.size);
    return store.updateCheckpoint(trx, checkpoint.size, note, noteOf(newest.text, [...newest.signatures, ...own.signatures.slice(0, 1)]));
  });

  async function request(old: number): Promise<string> {
    const proof = await consistencyProof(old, checkpoint.size, store.hashAt(storage.knex));
    return [`old ${old}`, ...proof.map(toBase64), '', note].join('\n');
  }

  function refused(code: string, status: number): false {
    log.warn({ code, status, witness: witness.key.name }, 'a witness has not signed the log; it is asked again');
    return false;
  }
}

async function submit({ url }: Witness, body: string, send: typeof fetch): Promise<{ readonly status: number; readonly text: string }> {
  const reply = await send(`${url}/add-checkpoint`, { method: 'POST', body, redirect: 'error', signal: AbortSignal.timeout(DEADLINE) });
  const bytes = new Uint8Array(await reply.arrayBuffer());
  return { status: reply.status, text: new TextDecoder().decode(bytes.slice(0, MAX_REPLY)) };
}
