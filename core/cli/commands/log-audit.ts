import { readFile, writeFile } from 'node:fs/promises';
import { certificateEvents } from '../../services/certificates/events.js';
import { compareWithEvents, storedLog } from '../../services/transparency/own-log.js';
import { eventLogOf } from '../../store/event-log.js';
import { readCheckpoint } from '../../verifier/transparency/checkpoint.js';
import { type AuditReport, auditLog } from '../../verifier/transparency/log-audit.js';
import { publishedLog } from '../../verifier/transparency/tiles.js';
import { type Command, type CommandInput, UsageError } from '../command.js';
import { adopterOf, planAdopter, reportingProblems } from '../deployment.js';
import { POLICY_HELP, PROOF_FAULTS, policyOf, policyOptions } from '../log-policy.js';
import { withTable } from './db-migrate.js';

const DEADLINE = 30_000;
/** 256 entries of some 150 bytes, and room. */
const MAX_REPLY = 1024 * 1024;

const TEXTS = {
  ...PROOF_FAULTS,
  PROOF_MALFORMED: 'the checkpoint is none',
  ENTRIES_MISSING: 'the log does not give all entries that it has signed',
  ROOT_DIFFERS: 'the entries are not those that the checkpoint signs',
  HISTORY_CHANGED: 'what was there at the earlier audit is not what is there now',
  LOG_SHRANK: 'the log is shorter than at the earlier audit',
  OPENING_DIFFERS: 'an entry does not commit to what is kept beside it',
  EVENT_DIFFERS: 'an entry says otherwise than the audit log',
  EVENT_MISSING: 'the log lacks what the audit log tells, or has more',
} as const;

export const logAudit: Command = {
  name: 'log audit',
  summary: 'computes a transparency log anew from its entries: nothing was taken out, changed or slipped in',
  help: `
Usage: divoc log audit --log URL --key KEY [--since FILE] [--save FILE] [--witness KEY]… [--quorum NUMBER] [--json]
       divoc log audit [ADOPTER] --key KEY [--since FILE] [--save FILE] [--json]

With --log, anybody audits a log from where it is published: https://health.example/log. Without it, the adopter's own
log in its database is read, and also compared with the events of the audit log (run divoc audit verify as well).

  --log URL         where the log is published
${POLICY_HELP}
  --since FILE      the checkpoint of an earlier audit: all that it signed must be there still
  --save FILE       keeps the checkpoint for the next one, once the log has been found sound

--json prints { "sound", "code"?, "origin", "size", "types": { TYPE: NUMBER } }.
Exits 0 when the log is sound, 1 when it is not, 2 when it cannot be read.`,
  options: { ...policyOptions, log: { type: 'string' }, since: { type: 'string' }, save: { type: 'string' } },
  run: (input) => (input.flags.log === undefined ? reportingProblems(input, () => auditOwn(input)) : auditPublished(input)),
};

async function auditPublished(input: CommandInput): Promise<number> {
  const url = String(input.flags.log).replace(/\/$/, '');
  if (!/^https?:\/\/[^\s/]/.test(url) || input.words.length > 0) throw new UsageError('--log must be a URL, and goes without an adopter.');
  const read = publishedLog(async (path) => {
    const reply = await fetch(`${url}/${path}`, { redirect: 'error', signal: AbortSignal.timeout(DEADLINE) });
    const bytes = new Uint8Array(await reply.arrayBuffer());
    if (reply.status !== 200 || bytes.length > MAX_REPLY)
      throw Object.assign(new Error(`${path}: ${reply.status}`), { code: 'LOG_UNREADABLE' });
    return bytes;
  });
  const { report, types } = await counted(input, read).catch((error: Error) => {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`The log at ${url} cannot be read: ${error.message}`);
  });
  return tell(input, report, types, undefined);
}

async function auditOwn(input: CommandInput): Promise<number> {
  const plan = await planAdopter(adopterOf(input), input.env);
  const { tenant } = plan.manifest;
  const table = { table: 'log_entry', without: 'there is no transparency log' };
  const { report, types, own } = await withTable(plan, input.env, table, async (storage) => {
    const events = eventLogOf({ storage, tenant }, [{ service: 'certificates', types: certificateEvents }]);
    const audited = await counted(input, storedLog(storage.knex, tenant));
    return { ...audited, own: await compareWithEvents(storage.knex, tenant, (after, limit) => events.read(after, limit)) };
  });
  return tell(input, report, types, own);
}

async function counted(input: CommandInput, log: Parameters<typeof auditLog>[0]) {
  const types: Record<string, number> = {};
  const since = typeof input.flags.since === 'string' ? readCheckpoint(await readText(input.flags.since))?.checkpoint : undefined;
  if (input.flags.since !== undefined && !since) throw new UsageError(`${input.flags.since} is no checkpoint of an earlier audit.`);
  const each = (entry: Uint8Array) => {
    const { type } = JSON.parse(new TextDecoder().decode(entry)) as { type?: unknown };
    const name = typeof type === 'string' && /^[a-z0-9.]{1,80}$/.test(type) ? type : 'unknown';
    types[name] = (types[name] ?? 0) + 1;
  };
  const report = await auditLog(log, { policy: policyOf(input), ...(since && { since }), each });
  return { report, types };
}

async function tell(
  { flags, terminal }: CommandInput,
  { fault: logFault, checkpoint, note }: AuditReport,
  types: Readonly<Record<string, number>>,
  own: { readonly index: number; readonly code: keyof typeof TEXTS } | undefined,
): Promise<number> {
  const fault = logFault ?? own?.code;
  const { origin, size } = checkpoint ?? {};
  if (flags.json) terminal.out(JSON.stringify({ sound: !fault, ...(fault && { code: fault }), origin, size, types }));
  else if (fault) terminal.err(`${fault}: ${TEXTS[fault]}${own && !logFault ? ` (entry ${own.index})` : ''}`);
  else {
    terminal.out(`the log ${origin} is sound: ${size} entries`);
    for (const [type, count] of Object.entries(types).sort()) terminal.out(`${String(count).padStart(10)}  ${type}`);
  }
  if (!fault && typeof flags.save === 'string') await writeFile(flags.save, note);
  return fault ? 1 : 0;
}

async function readText(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`${file} cannot be read: ${error.code}`);
  });
}
