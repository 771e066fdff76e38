import { existsSync } from 'node:fs';
import { type Auth, auth } from '../../api/ports/auth.js';
import { boot } from '../../kernel/boot.js';
import { providersOf } from '../../kernel/graph.js';
import { type Command, type CommandInput, UsageError } from '../command.js';
import { adopterOf, homeOf, logging, planAdopter, reportingProblems } from '../deployment.js';

const DEMO = 'adopters/demo';

export const token: Command = {
  name: 'token',
  summary: 'mints a short-lived token for a member of staff (development)',
  help: `
Usage: divoc token --role ROLE [--name NAME] [--minutes MINUTES] [ADOPTER] [--json]

Prints a token for the Authorization header, and nothing else: TOKEN=$(npx divoc token --role facility-staff)
--role     a role of the adopter's auth plugin, facility-staff for example
--name     who it is for (default: the role); what somebody issued only the same name can read
--minutes  how long it is valid (default 60, at most 720)
ADOPTER    default DIVOC_ADOPTER, the working folder, or ${DEMO}
--json     prints { "token": … }
Exits 0, 1 when the manifest has mistakes, 2 when called wrongly. Only plugins that mint tokens themselves can do this:
auth-local, which production refuses.`,
  options: { role: { type: 'string' }, name: { type: 'string' }, minutes: { type: 'string' } },
  run: (input) =>
    reportingProblems(input, async () => {
      const request = requestOf(input.flags);
      const plan = await planAdopter(adopter(input), input.env);
      const house = await boot(plan, { home: homeOf(input.env), log: logging(input.env), only: [auth.id] });
      try {
        const minted = await mint(
          providersOf(plan.parts, auth.id).map(({ name }) => house.port<Auth>(auth.id, name)),
          request,
        );
        input.terminal.out(input.flags.json ? JSON.stringify({ token: minted }) : minted);
        return 0;
      } finally {
        await house.stop();
      }
    }),
};

type Request = Parameters<NonNullable<Auth['mint']>>[0];

function requestOf({ role, name, minutes = '60' }: CommandInput['flags']): Request {
  if (typeof role !== 'string') throw new UsageError('Which role? Give --role, facility-staff for example.');
  if (!/^[1-9]\d{0,3}$/.test(String(minutes))) throw new UsageError('--minutes must be a whole number from 1 to 720.');
  return { role, name: typeof name === 'string' ? name : role, validForSeconds: Number(minutes) * 60 };
}

function adopter(input: CommandInput): string {
  const isNamed = input.words.length > 0 || input.env.DIVOC_ADOPTER !== undefined || existsSync('adopter.yaml');
  return isNamed || !existsSync(DEMO) ? adopterOf(input) : DEMO;
}

async function mint(auths: readonly Auth[], request: Request): Promise<string> {
  const minter = auths.find((candidate) => candidate.mint);
  if (!minter?.mint) throw new UsageError('No auth plugin of this adopter mints tokens; ask its identity server for one.');
  try {
    return await minter.mint(request);
  } catch (error) {
    // What the plugin says against the request comes with a fix, and is for the caller; anything else is a fault.
    const { message, fix } = error as Error & { fix?: unknown };
    throw typeof fix === 'string' ? new UsageError(message) : error;
  }
}
