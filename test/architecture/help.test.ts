import { describe, expect, it } from 'vitest';
import { type Command, runCommand } from '../../core/cli/command.js';
import { allCommands } from '../../core/cli/main.js';

const commands = await allCommands();

async function said(all: readonly Command[], ...argv: string[]): Promise<string> {
  const lines: string[] = [];
  const terminal = { out: (line: string) => lines.push(line), err: (line: string) => lines.push(line) };
  expect(await runCommand(all, argv, terminal, {})).toBe(0);
  return lines.join('\n');
}

const optionsIn = (text: string): string[] => [...new Set([...text.matchAll(/(?<![\w-])--([a-z][a-z-]*)/g)].map((match) => match[1]!))];

/** Options that a command takes and its help does not name, and the reverse. */
async function drift(command: Command): Promise<string[]> {
  const help = await said([command], ...command.name.split(' '), '--help');
  const named = optionsIn(help);
  const taken = [...Object.keys(command.options), 'json'];
  return [
    ...taken.filter((option) => !named.includes(option)).map((option) => `divoc ${command.name} --help does not name --${option}`),
    ...named.filter((option) => ![...taken, 'help'].includes(option)).map((option) => `divoc ${command.name} does not take --${option}`),
    ...(help.includes(`Usage: divoc ${command.name}`) ? [] : [`divoc ${command.name} --help shows no usage`]),
  ];
}

describe('--help', () => {
  it('names every command, and the options that all of them take', async () => {
    const overview = await said(commands, '--help');
    const listed = overview.split('\n').map((line) => line.trim().replace(/ {2,}/, ': '));
    expect(listed).toEqual(expect.arrayContaining(commands.map(({ name, summary }) => `${name}: ${summary}`)));
    expect(optionsIn(overview)).toEqual(['help', 'json']);
  });

  it.each(commands.map((command) => [command.name, command] as const))('of %s names all its options', async (_name, command) => {
    expect(await drift(command)).toEqual([]);
  });

  it('that has drifted is reported', async () => {
    const planted: Command = {
      name: 'plant seed',
      summary: 'plants',
      help: 'Usage: divoc plant seed [--deep] [--json]',
      options: { depth: { type: 'string' } },
      run: async () => 0,
    };
    expect(await drift(planted)).toEqual(['divoc plant seed --help does not name --depth', 'divoc plant seed does not take --deep']);
  });
});
