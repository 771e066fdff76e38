import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { PDFDocument } from '@cantoo/pdf-lib';
import { type Channel, type Clock, type Delivery, type Part, Refusal } from '@divoc/core/api';
import { handClock, listeningLog, type MemoryState, memoryState, setUpPart } from '@divoc/core/testkit';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { onTestFinished } from 'vitest';
import plugin from '../plugin.js';

export const ADDRESS = 'asha.perera@example.org';
let last = 0;
export const delivery = (more: Partial<Delivery> = {}): Delivery => {
  last += 1;
  return { certificateId: 'certificate-1', key: `key-${last}`, recipient: { email: ADDRESS }, actor: 'nurse', ...more };
};

export interface MailServer {
  readonly port: number;
  readonly mails: ParsedMail[];
  /** Bodies that came completely, whether they were accepted or not. */
  readonly raw: Buffer[];
}

/** smtp-server on the loopback interface; what it accepts is parsed by mailparser. */
export async function mailServer(options: SMTPServerOptions = {}): Promise<MailServer> {
  const mails: ParsedMail[] = [];
  const raw: Buffer[] = [];
  const { onData: answer, ...others } = options;
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    authOptional: true,
    logger: false,
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const mail = Buffer.concat(chunks);
        raw.push(mail);
        if (answer) return answer(stream, session, done);
        void simpleParser(mail).then((parsed) => {
          mails.push(parsed);
          done();
        });
      });
    },
    ...others,
  });
  server.on('error', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  onTestFinished(() => new Promise<void>((done) => void server.close(() => done())));
  return { port: (server.server.address() as { port: number }).port, mails, raw };
}

/** A server that follows a script: what it says to each line of the client; undefined: nothing, ever. */
export async function scriptedServer(
  greeting: string | undefined,
  reply: (line: string, socket: Socket) => string | undefined,
): Promise<number> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    const say = (text: string | undefined) => text !== undefined && !socket.destroyed && socket.write(`${text}\r\n`);
    say(greeting);
    let inData = false;
    let rest = '';
    socket.on('data', (chunk) => {
      const lines = (rest + chunk.toString('latin1')).split('\r\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (inData && line !== '.') continue;
        const answer = reply(inData ? 'END' : line, socket);
        inData = answer?.startsWith('354') ?? false;
        say(answer);
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as { port: number }).port;
}

/** What a mail server says when nothing is wrong. */
export function courteous(line: string): string {
  if (/^EHLO/i.test(line)) return '250 test';
  if (/^DATA/i.test(line)) return '354 go on';
  return '250 2.0.0 fine';
}

export async function onePagePdf(): Promise<Uint8Array> {
  const document = await PDFDocument.create();
  document.addPage();
  document.setTitle('certificate');
  return document.save();
}

export interface MailHouse {
  readonly channel: Channel;
  readonly part: Part;
  readonly state: MemoryState;
  readonly rendered: { id: string; language: string | undefined }[];
  logged(): string;
  again(): Promise<Channel>;
}

const IMPATIENT = { connectSeconds: 0.5, greetingSeconds: 0.3, silenceSeconds: 0.4, deadlineSeconds: 2 };

/** The plugin towards a server on `port`; it waits for nothing long. */
export async function mailHouse(
  port: number,
  settings: object = {},
  options: { state?: MemoryState; clock?: Clock } = {},
): Promise<MailHouse> {
  const { state = memoryState(), clock = handClock() } = options;
  const { lines, log } = listeningLog();
  const rendered: MailHouse['rendered'] = [];
  const pdf = await onePagePdf();
  const certificates = {
    find: async (id: string) => (id === 'gone' ? undefined : { id, number: '7KQ2ABCDEFGH*', credential: {}, owner: 'nurse' }),
    async render(id: string, { mediaType, language }: { mediaType: string; language?: string }) {
      rendered.push({ id, language });
      if (id === 'busy') throw new Refusal(503, 'TEMPLATE_BUSY', 'no place');
      if (id === 'impossible') throw new Refusal(406, 'NOT_ACCEPTABLE', 'not as that');
      const isPdf = mediaType === 'application/pdf';
      return { mediaType, fileName: `certificate-7KQ2ABCDEFGH.${isPdf ? 'pdf' : 'json'}`, body: isPdf ? pdf : Buffer.from('{"id":"x"}') };
    },
  };
  const from = { address: 'no-reply@health.example', name: { en: 'Ministry of Health', ar: 'وزارة الصحة', hi: 'स्वास्थ्य मंत्रालय' } };
  const config = { host: '127.0.0.1', port, from, ...IMPATIENT, ...settings };
  const make = async () => {
    const part = await setUpPart(plugin, { config, uses: { certificates, state }, log, clock });
    onTestFinished(() => part.stop?.());
    return part;
  };
  const part = await make();
  return {
    part,
    channel: part.ports.channel as Channel,
    state,
    rendered,
    logged: () => JSON.stringify(lines),
    again: async () => (await make()).ports.channel as Channel,
  };
}
