import { type Command, runCommand, type Terminal } from './command.js';
import { auditVerify } from './commands/audit-verify.js';
import { check } from './commands/check.js';
import { dbMigrate } from './commands/db-migrate.js';
import { diff } from './commands/diff.js';
import { draw } from './commands/draw.js';
import { explain } from './commands/explain.js';
import { jobsCommand } from './commands/jobs.js';
import { keysCertify, keysList, keysMake, keysRequest, keysRevoke } from './commands/keys.js';
import { ledgerVerify } from './commands/ledger-verify.js';
import { logAudit } from './commands/log-audit.js';
import { logProve } from './commands/log-prove.js';
import { logVerify } from './commands/log-verify.js';
import { newPlugin } from './commands/new-plugin.js';
import { planCommand } from './commands/plan.js';
import { schema } from './commands/schema.js';
import { serve } from './commands/serve.js';
import { token } from './commands/token.js';
import { verify } from './commands/verify.js';

export const commands: readonly Command[] = [
  check,
  planCommand,
  explain,
  diff,
  draw,
  schema,
  dbMigrate,
  serve,
  token,
  verify,
  auditVerify,
  keysList,
  keysMake,
  keysRevoke,
  keysRequest,
  keysCertify,
  logAudit,
  logProve,
  logVerify,
  jobsCommand,
  newPlugin,
  ledgerVerify,
];

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
  process.exitCode = await runCommand(commands, argv, terminal, process.env);
}
