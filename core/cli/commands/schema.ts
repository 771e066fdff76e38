import { portOf } from '../../kernel/graph.js';
import { adopterSchema } from '../adopter-schema.js';
import { builtIns } from '../built-ins.js';
import type { Command } from '../command.js';
import { planAdopter, reportingProblems } from '../deployment.js';
import { installedPlugins } from '../installed-plugins.js';

export const schema: Command = {
  name: 'schema',
  summary: 'prints the JSON Schema of a manifest, with the settings of all installed plugins, for editors',
  help: `
Usage: divoc schema [--adopter DIR] [--json]

Prints one JSON Schema (draft 2020-12). Write it to a file, and name that in the first line of the manifest:
  # yaml-language-server: $schema=../../schemas/manifest/adopter.schema.json
--adopter DIR  offers the instances of this adopter, where a setting names one
--json         prints it in one line
Plugins that are installed and cannot be used are named on standard error. Exits 0; 1 when the adopter cannot be read.`,
  options: { adopter: { type: 'string' } },
  run: (input) =>
    reportingProblems(input, async () => {
      const { plugins, leftOut } = await installedPlugins(process.cwd());
      for (const reason of leftOut) input.terminal.err(reason);
      const { adopter, json } = input.flags;
      const instances = adopter === undefined ? undefined : await instancesOf(String(adopter), input.env);
      const made = adopterSchema({ plugins, builtIns, ...(instances && { instances }) });
      input.terminal.out(json ? JSON.stringify(made) : JSON.stringify(made, null, 2));
      return 0;
    }),
};

/** Port → the instances that provide it. */
async function instancesOf(adopter: string, env: NodeJS.ProcessEnv): Promise<ReadonlyMap<string, string[]>> {
  const { parts } = await planAdopter(adopter, env, { tolerant: true });
  const instances = new Map<string, string[]>();
  for (const { name, descriptor } of parts)
    for (const provided of Object.values(descriptor.provides))
      instances.set(portOf(provided).id, [...(instances.get(portOf(provided).id) ?? []), name]);
  return instances;
}
