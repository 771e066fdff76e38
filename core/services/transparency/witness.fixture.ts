import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { fromBase64 } from '../../api/index.js';
import { parseCheckpoint } from '../../verifier/transparency/checkpoint.js';
import { type Hash, isConsistent } from '../../verifier/transparency/merkle-tree.js';
import { COSIGNATURE, cosignedText, type NoteKey, noteSignature, parseNote, verifyNote } from '../../verifier/transparency/signed-note.js';
import type { Witness } from './witness.js';

/** A witness as c2sp.org/tlog-witness has it, over HTTP, for one log. */
export async function startWitness(keyOfLog: () => Promise<NoteKey>) {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
  const key: NoteKey = { name: 'witness.example/w1', type: COSIGNATURE, publicKey: new Uint8Array(raw) };
  const state = { size: 0, root: createHash('sha256').digest() as Hash, lies: false, statuses: [] as number[] };
  const judge = async (body: string): Promise<{ status: number; text: string }> => {
    const at = body.indexOf('\n\n');
    const [oldLine = '', ...proof] = body.slice(0, at).split('\n');
    const note = parseNote(body.slice(at + 2));
    const checkpoint = note && parseCheckpoint(note.text);
    const old = Number(/^old (\d+)$/.exec(oldLine)?.[1]);
    if (!note || !checkpoint || Number.isNaN(old) || old > checkpoint.size) return { status: 400, text: '' };
    if ((await verifyNote(note, await keyOfLog()))?.holds !== true) return { status: 403, text: '' };
    if (old !== state.size) return { status: 409, text: `${state.size}\n` };
    if (
      !isConsistent(
        old,
        state.root,
        checkpoint.size,
        checkpoint.root,
        proof.map((line) => fromBase64(line) as Hash),
      )
    )
      return { status: 422, text: '' };
    [state.size, state.root] = [checkpoint.size, checkpoint.root];
    const stamp = Buffer.alloc(8);
    stamp.writeBigUInt64BE(1_790_000_000n);
    const text = state.lies ? note.text.replace(String(checkpoint.size), '999') : note.text;
    const signature = sign(null, Buffer.from(cosignedText(text, 1_790_000_000)), privateKey);
    const { name, value } = noteSignature(key, Buffer.concat([stamp, signature]));
    return { status: 200, text: `— ${name} ${value}\n` };
  };
  const server = createServer(async (request, reply) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const { status, text } =
      request.url === '/sub/add-checkpoint' ? await judge(Buffer.concat(parts).toString()) : { status: 404, text: '' };
    state.statuses.push(status);
    reply.writeHead(status).end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const witness: Witness = { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/sub`, key };
  return { witness, state };
}
