// npm run bench -- table [--write]: issuing, verifying and drawing per format, beside the libraries that a user would take and
// the signature alone; then many at once. With --write the tables stand in docs/speed.md.
import { generateKeyPairSync, randomBytes, sign, verify } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import QRCode from 'qrcode';
import { qrCode } from '../../core/dist/services/certificates/qr-code.js';
import { qrContent } from '../../core/dist/services/certificates/qr-content.js';
import { levelOfText } from '../../core/dist/services/certificates/qr-text.js';
import { run as bulk } from './bulk.mjs';
import { formats } from './formats.mjs';
import { run as loop } from './loop.mjs';
import { markdownTable } from './markdown-table.mjs';
import { cycle, rates } from './measure.mjs';
import { run as seal } from './seal.mjs';

const POOL = 64;
/** Of each piece of work: eight of each format, and all is to end within five minutes. */
const SECONDS = 1.2;
const FILE = fileURLToPath(new URL('../../docs/speed.md', import.meta.url));
const [BEGIN, END] = ['<!-- measured: npm run bench -- table --write -->', '<!-- end of what was measured -->'];

export async function run({ write = false } = {}) {
  const lines = [];
  for (const format of await formats()) {
    lines.push(await lineOf(format));
    console.error(`${format.name} …`);
  }
  const signatures = await signaturesAlone();
  const rows = [...(await seal()), ...(await bulk()), ...(await loop())];
  const text = [machine(), formatTable(lines), peersOf(lines), signatureTable(signatures), rowTable(rows)].join('\n\n');
  if (!write) console.log(text);
  else {
    const page = readFileSync(FILE, 'utf8');
    const [before, after] = [page.slice(0, page.indexOf(BEGIN) + BEGIN.length), page.slice(page.indexOf(END))];
    writeFileSync(FILE, `${before}\n\n${text}\n\n${after}`);
  }
  return [];
}

async function lineOf(format) {
  const { name, form, issue, open, newIntent } = format;
  const peer = format.peer && {
    name: format.peer.name,
    with: { newIntent, prepared: await format.peer.prepare?.(format) },
    ...pick(format.peer),
  };
  // What is verified: the whole, or what its holder shows of it.
  const made = (issueOne, show = (one) => one) => Promise.all(Array.from({ length: POOL }, async () => show(await issueOne())));
  const credentials = await made(issue, format.show);
  const theirs = peer && (await made(() => peer.issue(peer.with), format.peer.show));
  const [ours, others, drawn, plain] = [cycle(credentials), theirs && cycle(theirs), cycle(credentials), cycle(credentials)];
  const check = async () => {
    const { status } = await open(ours());
    if (status !== 'VERIFIED') throw new Error(`${name}: ${status}`);
  };
  const drawings = form && { draw: () => qrCode(qrContent(drawn(), form)).svg, library: () => libraryCode(qrContent(plain(), form)) };
  const measured = await rates(
    {
      issue: () => issue(),
      ...(peer && { peerIssue: () => peer.issue(peer.with) }),
      verify: check,
      ...(peer && { peerVerify: () => peer.verify(others()) }),
      ...drawings,
    },
    SECONDS,
  );
  const code = form && qrCode(qrContent(credentials[0], form));
  return { name, algorithm: format.algorithm, peer: peer?.name, code, version: code && (code.modules - 8 - 17) / 4, ...measured };
}

const pick = ({ issue, verify }) => ({ issue, verify });

/** The SVG of `qrcode` as one would ask for it: it finds the modes of a text itself. */
function libraryCode(content) {
  const isText = typeof content === 'object' && 'text' in content;
  const [data, level] = isText ? [content.text, levelOfText(content.text)] : [[{ data: Buffer.from(content), mode: 'byte' }], 'M'];
  return QRCode.toString(data, { type: 'svg', errorCorrectionLevel: level });
}

async function signaturesAlone() {
  const bytes = randomBytes(500);
  const ed = generateKeyPairSync('ed25519');
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const of = (digest, { privateKey, publicKey }) => {
    const signature = sign(digest, bytes, privateKey);
    return [() => sign(digest, bytes, privateKey), () => verify(digest, bytes, publicKey, signature)];
  };
  const [[edSign, edVerify], [ecSign, ecVerify]] = [of(null, ed), of('sha256', ec)];
  return rates({ edSign, edVerify, ecSign, ecVerify }, SECONDS);
}

const whole = (number) => (number === undefined ? '–' : Number(number.toPrecision(3)).toLocaleString('en'));
const times = (a, b) => (a === undefined || b === undefined ? '–' : `${Number((a / b).toPrecision(2))} ×`);

function formatTable(lines) {
  const head = ['format', 'issued/s', 'library', '', 'verified/s', 'library', '', 'QR drawn/s', '`qrcode`', '', 'QR version', 'mm'];
  const rows = lines.map((line) => [
    line.name,
    ...[line.issue, line.peerIssue].map(whole),
    times(line.issue, line.peerIssue),
    ...[line.verify, line.peerVerify].map(whole),
    times(line.verify, line.peerVerify),
    ...[line.draw, line.library].map(whole),
    times(line.draw, line.library),
    line.version ?? 'for wallets',
    line.code?.millimetres ?? '–',
  ]);
  return markdownTable(head, rows);
}

function peersOf(lines) {
  const byPeer = new Map();
  for (const { name, peer } of lines) if (peer) byPeer.set(peer, [...(byPeer.get(peer) ?? []), name]);
  return `The libraries: ${[...byPeer].map(([peer, names]) => `${peer} (${names.join(', ')})`).join(' · ')}.`;
}

const signatureTable = ({ edSign, edVerify, ecSign, ecVerify }) =>
  markdownTable(
    ['the signature alone (node:crypto)', 'signed/s', 'verified/s'],
    [
      ['Ed25519', whole(edSign), whole(edVerify)],
      ['ES256 (P-256)', whole(ecSign), whole(ecVerify)],
    ],
  );

const rowTable = (rows) =>
  markdownTable(
    ['in parts, and many at once', 'ours', 'unit', 'beside it', ''],
    rows.map(({ name, value, unit, peer, peerValue }) => [name, value, unit, peer, peerValue]),
  );

function machine() {
  const processor = cpus()[0]?.model.trim() ?? 'unknown';
  const load = loadavg()[0].toFixed(1);
  return `${new Date().toISOString().slice(0, 10)}, Node.js ${process.versions.node}, ${availableParallelism()} cores (${processor}), load ${load}.`;
}
