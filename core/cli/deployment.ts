import { existsSync } from 'node:fs';
import { isAbsolute, relative, resolve } from 'node:path';
import { pino } from 'pino';
import type { Logger } from '../api/plugin.js';
import { type Plan, type PlanOptions, plan } from '../kernel/plan.js';
import { formatProblem, isManifestError, ManifestError } from '../kernel/problem.js';
import { builtIns } from './built-ins.js';
import { type CommandInput, UsageError } from './command.js';

/** The data folder: DIVOC_HOME, or `.divoc` in the working folder. */
export const homeOf = (env: NodeJS.ProcessEnv): string => resolve(env.DIVOC_HOME || '.divoc');

/** The adopter a command works on: its argument, DIVOC_ADOPTER, or the working folder when a manifest stands in it. */
export function adopterOf({ words, env }: CommandInput): string {
  const path = words[0] ?? env.DIVOC_ADOPTER ?? (existsSync('adopter.yaml') ? '.' : undefined);
  if (path === undefined) throw new UsageError('Which adopter? Name its folder or its manifest.');
  return path;
}

/** A path as a person in the working folder would write it. */
export function shortPath(file: string): string {
  const short = relative(process.cwd(), file);
  return short.startsWith('..') || isAbsolute(short) ? file : short;
}

/** The option of commands that take a part of a manifest. */
export const servicesOption = { services: { type: 'string' } } as const;
export const SERVICES_HELP = '--services A,B  only these services of the manifest, with the parts that they need; all others are left out';

/** The services that `--services` names; undefined for all. */
export function servicesOf({ flags }: Pick<CommandInput, 'flags'>): Pick<PlanOptions, 'services'> {
  if (flags.services === undefined) return {};
  const names = String(flags.services)
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (names.length === 0) throw new UsageError('--services takes names of services, with commas between them.');
  return { services: names };
}

/** Plans an adopter; PORT and HOST override where the edge listens. */
export async function planAdopter(
  path: string,
  env: NodeJS.ProcessEnv,
  options: Omit<PlanOptions, 'builtIns' | 'env'> = {},
): Promise<Plan> {
  const made = await plan(path, { builtIns, env, ...options });
  const http = made.parts.find((part) => part.name === 'http')?.config as { port?: number; host?: string } | undefined;
  if (http && env.PORT) http.port = portNumber(env.PORT);
  if (http && env.HOST) http.host = env.HOST;
  return made;
}

/** Plans an adopter to show it: secrets that are not set are part of what is shown, everything else is a problem as ever. */
export async function planToShow(path: string, env: NodeJS.ProcessEnv, options: Pick<PlanOptions, 'services'> = {}): Promise<Plan> {
  const made = await planAdopter(path, env, { ...options, tolerant: true });
  if (made.problems.some(({ code }) => code !== 'SECRET_MISSING')) throw new ManifestError(made.problems);
  return made;
}

function portNumber(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535) throw new UsageError('PORT must be a number from 0 to 65535.');
  return port;
}

/** Runs `work`; problems of the manifest are printed one a line and give the exit code `status`. */
export async function reportingProblems(input: CommandInput, work: () => Promise<number>, status = 1): Promise<number> {
  try {
    return await work();
  } catch (error) {
    if (!isManifestError(error)) throw error;
    const { terminal, flags } = input;
    const { problems } = error;
    if (flags.json) terminal.out(JSON.stringify({ problems: problems.map((p) => ({ ...p, file: shortPath(p.file) })) }));
    else {
      for (const problem of problems) terminal.err(formatProblem(problem, shortPath));
      terminal.err(`${problems.length} problem${problems.length === 1 ? '' : 's'}, nothing was started`);
    }
    return status;
  }
}

/** JSON lines on standard error, so that standard output stays the command's own. `level` holds where LOG_LEVEL says nothing. */
export function logging(env: NodeJS.ProcessEnv, level: 'info' | 'warn' = 'warn'): (part: string) => Logger {
  const root = pino(
    { level: env.LOG_LEVEL || level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ fd: 2, sync: true }),
  );
  return (part) => root.child({ part });
}
