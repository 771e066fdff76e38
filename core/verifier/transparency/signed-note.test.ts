import { generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parseCheckpoint } from './checkpoint.js';
import { believedCheckpoint, logProofText, parseLogProof } from './log-proof.js';
import {
  COSIGNATURE,
  cosignedText,
  NOTE_SIGNATURE,
  type NoteKey,
  noteKeyText,
  noteOf,
  noteSignature,
  parseNote,
  parseNoteKey,
  verifyNote,
} from './signed-note.js';

/** The example of golang.org/x/mod/sumdb/note, from where the format comes. */
const VKEY = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
const NOTE =
  "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n" +
  '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n';

function keyPair(name: string, type: NoteKey['type']) {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
  const key: NoteKey = { name, type, publicKey: new Uint8Array(raw) };
  return { key, sign: (text: string) => noteSignature(key, sign(null, Buffer.from(text), privateKey)), privateKey };
}
const log = keyPair('health.example/log', NOTE_SIGNATURE);
const witness = keyPair('witness.example/w1', COSIGNATURE);
const ROOT = 'CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=';
const text = `health.example/log\n20852163\n${ROOT}\n`;
function cosigned(signed: string, time = 1_679_315_147) {
  const stamp = Buffer.alloc(8);
  stamp.writeBigUInt64BE(BigInt(time));
  return noteSignature(witness.key, Buffer.concat([stamp, sign(null, Buffer.from(cosignedText(signed, time)), witness.privateKey)]));
}

describe('signed notes', () => {
  it('are read and verified as others have made them', async () => {
    const key = parseNoteKey(VKEY);
    const note = parseNote(NOTE);
    expect(key && noteKeyText(key)).toBe(VKEY);
    expect(note && key && (await verifyNote(note, key))).toEqual({ holds: true });
    expect(note && noteOf(note.text, note.signatures)).toBe(NOTE);
    const altered = parseNote(NOTE.replace('your problem is', 'my problem is'));
    expect(altered && key && (await verifyNote(altered, key))).toEqual({ holds: false });
  });

  it('hold for the key that has signed, and say nothing of another', async () => {
    const note = parseNote(noteOf(text, [log.sign(text), cosigned(text)]));
    if (!note) throw new Error('no note');
    expect(await verifyNote(note, log.key)).toEqual({ holds: true });
    expect(await verifyNote(note, witness.key)).toEqual({ holds: true, time: 1_679_315_147 });
    expect(await verifyNote(note, keyPair('health.example/log', NOTE_SIGNATURE).key)).toBeUndefined();
    // The same key under another name or of another type is another key.
    expect(await verifyNote(note, { ...log.key, name: 'other.example/log' })).toBeUndefined();
    expect(await verifyNote(note, { ...log.key, type: COSIGNATURE })).toBeUndefined();
  });

  it.each<[string, string]>([
    ['no signature', `${text}\n`],
    ['no empty line', `${text}— a AAAA\n`],
    ['no line feed at the end', noteOf(text, [log.sign(text)]).slice(0, -1)],
    ['a control character', noteOf(`${text}\t`, [log.sign(text)])],
    ['a line that is no signature', `${noteOf(text, [log.sign(text)])}extra\n`],
    ['a name with a plus', `${text}\n— a+b AAAA\n`],
    ['nothing', ''],
  ])('are none with %s', (_, note) => {
    expect(parseNote(note)).toBeUndefined();
  });

  it.each([VKEY.replace('c74f20a3', 'c74f20a4'), VKEY.replace('Peter', 'Pater'), VKEY.slice(0, -4), 'a+b', ''])('have no key %s', (key) => {
    expect(parseNoteKey(key)).toBeUndefined();
  });
});

describe('checkpoints', () => {
  it('are read with extension lines, and in one form only', () => {
    expect(parseCheckpoint(text)).toMatchObject({ origin: 'health.example/log', size: 20_852_163 });
    expect(parseCheckpoint(`${text}extension\n`)).toBeDefined();
    for (const wrong of [
      text.slice(0, -1),
      text.replace('2085', '02085'),
      text.replace('2085', '-2085'),
      text.replace(`${ROOT}`, ROOT.slice(0, -4)),
      text.replace('=', ''),
      '\n1\n',
    ])
      expect(parseCheckpoint(wrong)).toBeUndefined();
  });

  it('are believed when the log and enough witnesses have signed', async () => {
    const policy = { log: log.key, witnesses: [witness.key], quorum: 1 };
    const note = noteOf(text, [log.sign(text), cosigned(text)]);
    expect(await believedCheckpoint(note, policy)).toMatchObject({ size: 20_852_163 });
    const other = text.replace('20852163', '20852164');
    expect(await believedCheckpoint(noteOf(text, [log.sign(text)]), policy)).toBe('WITNESSES_TOO_FEW');
    expect(await believedCheckpoint(noteOf(text, [log.sign(text), cosigned(other)]), policy)).toBe('WITNESSES_TOO_FEW');
    expect(await believedCheckpoint(noteOf(text, [cosigned(text)]), policy)).toBe('CHECKPOINT_NOT_SIGNED');
    expect(await believedCheckpoint(noteOf(text, [log.sign(other)]), policy)).toBe('CHECKPOINT_NOT_SIGNED');
    const elsewhere = text.replace('health', 'wealth');
    expect(await believedCheckpoint(noteOf(elsewhere, [log.sign(elsewhere)]), policy)).toBe('ORIGIN_OTHER');
    expect(await believedCheckpoint('no note', policy)).toBe('PROOF_MALFORMED');
    const twice = { ...policy, witnesses: [witness.key, { ...witness.key }], quorum: 2 };
    expect(await believedCheckpoint(note, twice)).toBe('WITNESSES_TOO_FEW');
  });
});

it('proofs are written and read in the form of c2sp.org/tlog-proof', () => {
  const proof = { extra: new Uint8Array([1, 2]), index: 7, path: [new Uint8Array(32)], checkpoint: noteOf(text, [log.sign(text)]) };
  const written = logProofText(proof);
  expect(written.split('\n').slice(0, 5)).toEqual(['c2sp.org/tlog-proof@v1', 'extra AQI=', 'index 7', `${'A'.repeat(43)}=`, '']);
  expect(parseLogProof(written)).toEqual(proof);
  for (const wrong of [
    written.replace('@v1', '@v2'),
    written.replace('index 7', 'index 07'),
    written.replace('extra AQI=', 'extra ?'),
    written.replace('AAAA', 'AA'),
    '',
  ])
    expect(parseLogProof(wrong)).toBeUndefined();
});
