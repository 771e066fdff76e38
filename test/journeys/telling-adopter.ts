import { randomBytes } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type WebhookReceiver, webhookReceiver } from '../../plugins/sink-webhook/test/receiver.js';
import { root } from './running-house.js';

export interface TellingAdopter {
  readonly adopter: string;
  /** The secrets that the house wants in its environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly told: WebhookReceiver;
  /** Never answers, and is told of certificates alone. */
  readonly silent: WebhookReceiver;
  stop(): Promise<void>;
}

/** The demo adopter in a folder of its own, with a bus and two receivers of what happens. */
export async function tellingAdopter(): Promise<TellingAdopter> {
  const [told, silent] = await Promise.all([webhookReceiver(randomBytes(32)), webhookReceiver(randomBytes(24))]);
  silent.answer = undefined;
  const folder = mkdtempSync(join(tmpdir(), 'divoc-events-'));
  const adopter = join(folder, 'demo');
  cpSync(join(root, 'adopters', 'demo'), adopter, { recursive: true });
  const file = join(adopter, 'adopter.yaml');
  const sink = (name: string, { url }: WebhookReceiver, more = '') =>
    `  ${name}: { use: sink-webhook, with: { url: "${url}", secret: { $secret: ${name.toUpperCase()}_SECRET }${more} } }\n`;
  const plugins = [
    '  bus: { use: bus-database, with: { lookEveryMilliseconds: 100 } }\n',
    sink('told', told),
    sink('silent', silent, ', answerSeconds: 1, types: [divoc.certificate.*]'),
  ].join('');
  // Nobody may issue from what is posted unless an adopter says so.
  const roles =
    '{ facility-staff: [vaccination:record, vaccination:read, certificates:read], supervisor: [vaccination:correct, certificates:revoke, certificates:suspend], registrar: [certificates:issue, certificates:read] }';
  const text = readFileSync(file, 'utf8').replace(
    /staff: \{ use: auth-local, version: [^,}]+ \}/,
    `staff: { use: auth-local, with: { roles: ${roles} } }`,
  );
  if (!text.includes('\nservices:\n')) throw new Error('the demo lists no services any more');
  writeFileSync(file, text.replace('\nservices:\n', `${plugins}\nservices:\n  dispatcher: { with: { leaseSeconds: 3 } }\n`));
  return {
    adopter,
    env: { TOLD_SECRET: told.secret, SILENT_SECRET: silent.secret },
    told,
    silent,
    async stop() {
      await Promise.all([told.stop(), silent.stop()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
