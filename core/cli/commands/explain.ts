import type { PartDescriptor } from '../../api/plugin.js';
import { type PlannedPart, portOf } from '../../kernel/graph.js';
import { loadPackage } from '../../kernel/packages.js';
import type { Plan } from '../../kernel/plan.js';
import { didYouMean } from '../../kernel/suggest.js';
import { builtIns } from '../built-ins.js';
import { type Command, UsageError } from '../command.js';
import { adopterOf, planAdopter, reportingProblems, shortPath } from '../deployment.js';
import { type ExplainedSetting, explainSetting } from '../explained-setting.js';

export const explain: Command = {
  name: 'explain',
  summary: 'says of a setting its value, where that comes from, and what it may be',
  help: `
Usage: divoc explain SETTING [ADOPTER] [--json]

SETTING is a part's name with the names below it, download.linkValidFor for example; a part's name alone (download,
vaccination), or a plugin's (channel-download), lists its settings. Shown are the value in force; where it comes from
(file:line:column in the manifest or in one that it extends, or the default); its type and limits; the instances that may
be named there; and for a secret its name and whether it is set, never its value.
Works on manifests with mistakes too, as far as they can be read. A plugin that is installed and not in the manifest is
shown with its defaults.
--json prints { "parts": [{ "name", "package"?, "summary", "isPlanned", "provides", "uses", "settings" }] }.
Exits 0, 1 when the manifest cannot be read, 2 when there is no such setting.`,
  options: {},
  run: (input) =>
    reportingProblems(input, async () => {
      const [setting, ...words] = input.words;
      if (setting === undefined) throw new UsageError('Which setting? Name a part and what is below it: download.linkValidFor');
      const plan = await planAdopter(adopterOf({ ...input, words }), input.env, { tolerant: true });
      const [name = '', ...path] = setting.split('.');
      const parts = await partsNamed(plan, name);
      const described = parts.map((part) => ({
        name: part.name,
        ...(part.packageName !== undefined && { package: `${part.packageName}@${part.version}` }),
        summary: part.descriptor.summary,
        isPlanned: plan.parts.includes(part),
        provides: Object.values(part.descriptor.provides).map((provided) => portOf(provided).id),
        uses: Object.values(part.descriptor.uses).map(({ port }) => port.id),
        settings: explainSetting(plan, part, path, input.env),
      }));
      const { out, err } = input.terminal;
      if (input.flags.json) out(JSON.stringify({ parts: described }));
      else for (const part of described) for (const line of path.length > 0 ? linesOf(part.settings) : partLines(part)) out(line);
      if (plan.problems.length > 0 && !input.flags.json) err(`\nThis manifest has mistakes; see: divoc check ${shortPath(plan.file)}`);
      return 0;
    }),
};

/** The part of this name, or those that use the plugin of this name; else what is installed, with its defaults. */
async function partsNamed(plan: Plan, name: string): Promise<readonly PlannedPart[]> {
  const own = plan.parts.filter((part) => part.name === name);
  const parts = own.length > 0 ? own : plan.parts.filter(({ descriptor, kind }) => kind === 'plugin' && descriptor.id === name);
  if (parts.length > 0) return parts;
  const position = { file: plan.file, line: 1, column: 1 };
  const builtIn = Object.hasOwn(builtIns, name) ? builtIns[name] : undefined;
  if (builtIn) return [{ name, kind: 'built-in', descriptor: builtIn.descriptor, config: {}, position }];
  const loaded = /^[a-z@][a-z0-9@/._-]*$/.test(name) ? await loadPackage(name, undefined, process.cwd()) : undefined;
  if (loaded && 'descriptor' in loaded) return [{ name, kind: 'plugin', config: {}, position, ...loaded }];
  const known = plan.parts.flatMap((part) => [part.name, part.descriptor.id]);
  const hint = didYouMean(name, [...known, ...Object.keys(builtIns)]) || `; there are ${plan.parts.map((part) => part.name).join(', ')}`;
  throw new UsageError(`There is no part and no plugin named '${name}'${hint}`);
}

interface DescribedPart {
  readonly name: string;
  readonly package?: string;
  readonly summary: PartDescriptor['summary'];
  readonly isPlanned: boolean;
  readonly provides: readonly string[];
  readonly uses: readonly string[];
  readonly settings: ExplainedSetting;
}

const partLines = (part: DescribedPart): string[] => [
  `${part.name}  ${part.package ?? 'built in'}${part.isPlanned ? '' : '  (not in this manifest)'}`,
  `  ${part.summary}`,
  ...(part.provides.length > 0 ? [`  provides ${part.provides.join(', ')}`] : []),
  ...(part.uses.length > 0 ? [`  uses ${part.uses.join(', ')}`] : []),
  part.settings.children.length > 0 ? '  settings' : '  no settings',
  ...part.settings.children.map((line) => `    ${childLine(line)}`),
];

const linesOf = (setting: ExplainedSetting): string[] => [
  `${setting.setting} ${setting.state === 'unset' ? 'is not set' : `= ${show(setting.value)}`}`,
  `  ${sourceOf(setting)}`,
  ...(setting.description !== undefined ? [`  ${setting.description}`] : []),
  `  ${setting.kind}${setting.isRequired ? ', required' : ''}${setting.isFile ? ', a file beside the manifest' : ''}`,
  ...(setting.default !== undefined && setting.state !== 'default' ? [`  by default ${show(setting.default)}`] : []),
  ...(setting.instance
    ? [`  names an instance that provides ${setting.instance.port}: ${setting.instance.candidates.join(', ') || 'there is none here'}`]
    : []),
  ...(setting.secret ? [`  a secret: ${secretLine(setting.secret)}`] : []),
  ...setting.children.map((line) => `    ${childLine(line)}`),
];

const sourceOf = ({ state, from }: ExplainedSetting): string => {
  if (state === 'set' && from) return `set in ${shortPath(from.file)}:${from.line}:${from.column}`;
  return { set: 'set', default: 'the default', environment: 'set by the environment (PORT, HOST)', unset: 'no default' }[state];
};

const secretLine = ({ name, isFound }: NonNullable<ExplainedSetting['secret']>): string =>
  name === undefined ? 'write { $secret: NAME }' : `${name} is ${isFound ? 'set' : 'MISSING'}`;

const childLine = (child: ExplainedSetting): string => {
  const name = child.setting.slice(child.setting.lastIndexOf('.') + 1);
  const value = child.state === 'unset' ? '–' : show(child.value, 40);
  const text = child.description ?? child.kind;
  return `${name.padEnd(18)} ${value.padEnd(24)} ${child.state === 'default' ? '(default) ' : ''}${text}`.trimEnd();
};

function show(value: unknown, most = 100): string {
  const text = JSON.stringify(value) ?? '';
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}
