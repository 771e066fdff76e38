import { type ParseArgsConfig, parseArgs } from 'node:util';

/** What a command says and where; given in so that tests can listen. */
export interface Terminal {
  out(line: string): void;
  err(line: string): void;
}

export interface Command {
  /** `db migrate` */
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** The rest of `--help`: usage, options, exit codes. */
  readonly help: string;
  readonly options: NonNullable<ParseArgsConfig['options']>;
  /** Returns the exit code. */
  run(input: CommandInput): Promise<number>;
}

export interface CommandInput {
  readonly flags: Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>;
  readonly words: readonly string[];
  readonly terminal: Terminal;
  readonly env: NodeJS.ProcessEnv;
}

/** A mistake in how a command was called; shown without a stack. */
export class UsageError extends Error {
  readonly $divoc = 'usage-error';
}

const common = { help: { type: 'boolean', short: 'h' }, json: { type: 'boolean' } } as const;

/** Finds the command that `argv` names, reads its options and runs it. */
export async function runCommand(
  commands: readonly Command[],
  argv: readonly string[],
  terminal: Terminal,
  env: NodeJS.ProcessEnv,
): Promise<number> {
  const command = commands.find(({ name }) => name.split(' ').every((word, i) => argv[i] === word));
  if (!command) {
    const asked = argv.length === 0 || argv[0] === '--help' || argv[0] === '-h' || argv[0] === 'help';
    if (!asked) terminal.err(`There is no command '${argv.slice(0, 2).join(' ')}'.\n`);
    (asked ? terminal.out : terminal.err)(overview(commands));
    return asked ? 0 : 2;
  }
  try {
    const { values, positionals } = parseArgs({
      args: argv.slice(command.name.split(' ').length),
      options: { ...common, ...command.options },
      allowPositionals: true,
      strict: true,
    });
    if (values.help) {
      terminal.out(`divoc ${command.name} – ${command.summary}\n\n${command.help.trim()}`);
      return 0;
    }
    return await command.run({ flags: values, words: positionals, terminal, env });
  } catch (error) {
    const { code, $divoc, message } = error as Error & { code?: string; $divoc?: string };
    if ($divoc !== 'usage-error' && !code?.startsWith('ERR_PARSE_ARGS')) throw error;
    terminal.err(`${message}\nTry: divoc ${command.name} --help`);
    return 2;
  }
}

function overview(commands: readonly Command[]): string {
  const width = Math.max(...commands.map((c) => c.name.length));
  return ['Usage: divoc COMMAND [--help] [--json]', '', ...commands.map((c) => `  ${c.name.padEnd(width)}  ${c.summary}`)].join('\n');
}
