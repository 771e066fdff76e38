import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { selfSigned } from '../../plugins/channel-email/test/self-signed.js';

/** A mail server as a ministry might run it: STARTTLS or nothing, one person who has a mailbox, one whose mailbox is busy. */
const settings = (folder: string, port: number): string => `
primary_hostname = localhost
daemon_smtp_ports = ${port}
local_interfaces = 127.0.0.1
spool_directory = ${folder}/spool
log_file_path = ${folder}/spool/%slog
keep_environment =
domainlist here = example.org
tls_advertise_hosts = *
tls_certificate = ${folder}/cert.pem
tls_privatekey = ${folder}/key.pem
acl_smtp_mail = mail
acl_smtp_rcpt = rcpt
begin acl
mail:
  deny  message = encryption is required
        !encrypted = *
  accept
rcpt:
  defer  message = come back later
         local_parts = busy
  accept domains = +here
         verify = recipient
  deny   message = no such person
begin routers
people:
  driver = accept
  domains = +here
  local_parts = asha.perera
  transport = keep
begin transports
keep:
  driver = appendfile
  maildir_format
  directory = ${folder}/mail
  create_directory
  user = Debian-exim
`;

export interface Exim {
  readonly port: number;
  /** PEM file of the authority to trust. */
  readonly ca: string;
  /** All messages in the mailbox. */
  mails(): Buffer[];
}

/** Debian's Exim on the loopback interface, until the test has finished. */
export async function startExim(): Promise<Exim> {
  const folder = mkdtempSync(join(tmpdir(), 'divoc-exim-'));
  const port = await freePort();
  const id = (flag: string) => Number(spawnSync('id', [flag, 'Debian-exim'], { encoding: 'utf8' }).stdout);
  const [uid, gid] = [id('-u'), id('-g')];
  const { key, cert } = selfSigned();
  chmodSync(folder, 0o755);
  for (const name of ['mail', 'spool']) {
    mkdirSync(join(folder, name));
    chownSync(join(folder, name), uid, gid);
  }
  writeFileSync(join(folder, 'cert.pem'), cert);
  writeFileSync(join(folder, 'key.pem'), key, { mode: 0o600 });
  chownSync(join(folder, 'key.pem'), uid, gid);
  writeFileSync(join(folder, 'exim.conf'), settings(folder, port));
  const child = spawn('exim4', ['-C', join(folder, 'exim.conf'), '-bdf', '-q1m'], { stdio: 'ignore' });
  const ended = new Promise((done) => child.once('exit', done));
  onTestFinished(async () => {
    child.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  });
  for (let i = 0; !(await answers(port)); i += 1) {
    if (i > 100) throw new Error('exim4 did not start');
    await pause(100);
  }
  const inbox = join(folder, 'mail', 'new');
  const list = () => {
    try {
      return readdirSync(inbox);
    } catch {
      return [];
    }
  };
  return { port, ca: join(folder, 'cert.pem'), mails: () => list().map((name) => readFileSync(join(inbox, name))) };
}

const freePort = (): Promise<number> =>
  new Promise((found) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => found(port));
    });
  });
const answers = (port: number): Promise<boolean> =>
  new Promise((done) => {
    const socket = createConnection(port, '127.0.0.1', () => {
      socket.destroy();
      done(true);
    });
    socket.on('error', () => done(false));
  });
