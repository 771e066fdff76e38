import { type Command, runCommand, type Terminal } from './command.js';

/** Each command is loaded when it is called: what one needs, the others need not wait for. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  check: async () => (await import('./commands/check.js')).check,
  plan: async () => (await import('./commands/plan.js')).planCommand,
  explain: async () => (await import('./commands/explain.js')).explain,
  diff: async () => (await import('./commands/diff.js')).diff,
  draw: async () => (await import('./commands/draw.js')).draw,
  schema: async () => (await import('./commands/schema.js')).schema,
  'db migrate': async () => (await import('./commands/db-migrate.js')).dbMigrate,
  serve: async () => (await import('./commands/serve.js')).serve,
  token: async () => (await import('./commands/token.js')).token,
  verify: async () => (await import('./commands/verify.js')).verify,
  disclose: async () => (await import('./commands/disclose.js')).disclose,
  'audit verify': async () => (await import('./commands/audit-verify.js')).auditVerify,
  'keys list': async () => (await import('./commands/keys.js')).keysList,
  'keys make': async () => (await import('./commands/keys.js')).keysMake,
  'keys revoke': async () => (await import('./commands/keys-revoke.js')).keysRevoke,
  'keys request': async () => (await import('./commands/keys.js')).keysRequest,
  'keys certify': async () => (await import('./commands/keys.js')).keysCertify,
  'certificates reissue': async () => (await import('./commands/certificates-reissue.js')).certificatesReissue,
  'log audit': async () => (await import('./commands/log-audit.js')).logAudit,
  'log prove': async () => (await import('./commands/log-prove.js')).logProve,
  'log verify': async () => (await import('./commands/log-verify.js')).logVerify,
  jobs: async () => (await import('./commands/jobs.js')).jobsCommand,
  'new plugin': async () => (await import('./commands/new-plugin.js')).newPlugin,
  'ledger verify': async () => (await import('./commands/ledger-verify.js')).ledgerVerify,
};

/** All of them, for whoever asks what there is. */
export const allCommands = (): Promise<readonly Command[]> => Promise.all(Object.values(COMMANDS).map((load) => load()));

/** The one that `argv` names; all, where it names none. */
async function commandsFor(argv: readonly string[]): Promise<readonly Command[]> {
  const named = Object.keys(COMMANDS).find((name) => name.split(' ').every((word, at) => argv[at] === word));
  const load = named === undefined ? undefined : COMMANDS[named];
  return load ? [await load()] : allCommands();
}

const terminal: Terminal = {
  out: (line) => process.stdout.write(`${line}\n`),
  err: (line) => process.stderr.write(`${line}\n`),
};

/** The `divoc` program. Sets the exit code; an unforeseen fault is shown with its stack. */
export async function main(argv: readonly string[]): Promise<void> {
  // Whoever reads may stop reading (divoc plan | head): that is no fault, and there is nobody left to tell.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit();
  });
  process.exitCode = await runCommand(await commandsFor(argv), argv, terminal, process.env);
}
