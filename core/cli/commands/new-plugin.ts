import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Command, UsageError } from '../command.js';
import { shortPath } from '../deployment.js';
import { newPluginOf, writePlugin } from '../scaffold.js';

export const newPlugin: Command = {
  name: 'new plugin',
  summary: 'begins a plugin: a package that works, with a test that holds it to the contract of its port',
  help: `
Usage: divoc new plugin KIND[-NAME] [--dir DIR] [--json]

KIND is a port: identity, payment-scheme, channel, template-engine, credential-format or auth. payment-scheme-cash makes
payment-cash; @acme/payment-cash puts it into a scope of yours.
--dir   the folder that is made (default: the plugin's id, below plugins/ where there is such a folder)
--json  prints { "id", "package", "folder", "files" }
Exits 0, 2 when called wrongly; overwrites nothing.`,
  options: { dir: { type: 'string' } },
  async run({ words, flags, terminal }) {
    const [name, ...more] = words;
    if (name === undefined || more.length > 0) throw new UsageError('Which plugin? Name a kind and what it is for: channel-fax');
    const plugin = newPluginOf(name);
    const folder = resolve(flags.dir === undefined ? join(existsSync('plugins') ? 'plugins' : '.', plugin.id) : String(flags.dir));
    const files = writePlugin(plugin, folder);
    if (flags.json) terminal.out(JSON.stringify({ id: plugin.id, package: plugin.packageName, folder, files: files.sort() }));
    else {
      terminal.out(`${plugin.packageName} begins in ${shortPath(folder)}: ${files.sort().join(', ')}`);
      terminal.out('Next: npm install, and npm test there. docs/plugins.md says how it goes on.');
    }
    return 0;
  },
};
