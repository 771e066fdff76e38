// Runs the console blocks of README.md against `npm start`, and compares what they print with what README says.
// With --write it puts today's output into README instead.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const file = join(root, 'README.md');
const readme = readFileSync(file, 'utf8');
const home = mkdtempSync(join(tmpdir(), 'divoc-readme-'));
const env = { ...process.env, DIVOC_HOME: home };
delete env.PORT;
delete env.NO_COLOR;

/** What differs from run to run: ids, tokens, times and key material. */
const plain = (text) =>
  text
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'UUID')
    .replace(/\/c\/[A-Za-z0-9_-]{43}/g, '/c/TOKEN')
    .replace(/\b[A-Za-z0-9_-]{43}\b/g, 'HASH')
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, 'INSTANT')
    .replaceAll(home, '.divoc')
    .replace(/[ \t]+$/gm, '')
    .trim();

async function startHouse() {
  const child = spawn('npm', ['start', '--silent'], { cwd: root, env, stdio: ['ignore', 'pipe', 'inherit'], detached: true });
  let said = '';
  await new Promise((resolve, reject) => {
    child.stdout.on('data', (chunk) => {
      said += chunk;
      if (said.includes('Ctrl-C')) resolve();
    });
    child.once('exit', (code) => reject(new Error(`npm start ended with ${code}\n${said}`)));
  });
  return child;
}

/** One shell for all blocks, so that variables last; a line that nobody prints stands before and after each output. */
function runAll(commands) {
  const mark = '=-=-=';
  const script = commands.map((command) => `${command.replaceAll('.divoc/', `${home}/`)}\necho; echo ${mark}`).join('\n');
  const { stdout, stderr } = spawnSync('bash', ['-c', script], { cwd: root, env, encoding: 'utf8' });
  if (stderr.trim()) console.error(stderr);
  return stdout.split(`${mark}\n`).slice(0, commands.length);
}

const blocks = [...readme.matchAll(/```console\n([\s\S]*?)```/g)].map(([whole, body]) => ({
  whole,
  steps: body
    .split(/^\$ /m)
    .slice(1)
    .map((step) => {
      // A command goes on where its line ends with a backslash.
      const [command] = /^(?:.*\\\n)*.*\n?/.exec(step);
      return { command: command.trimEnd(), expected: step.slice(command.length) };
    }),
}));
const steps = blocks.flatMap((block) => block.steps);
const child = await startHouse();
let outputs;
try {
  outputs = runAll(steps.map(({ command }) => command));
} finally {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  process.kill(-child.pid, 'SIGTERM');
  await ended;
}
rmSync(home, { recursive: true, force: true });

let failed = 0;
let written = readme;
for (const block of blocks) {
  let text = '';
  for (const step of block.steps) {
    const output = (outputs.shift() ?? '').trim().replaceAll(`${home}/`, '.divoc/');
    text += `$ ${step.command}\n${output ? `${output}\n` : ''}`;
    if (plain(output) === plain(step.expected)) continue;
    failed += 1;
    console.error(`README.md says another output of: ${step.command}\n--- says\n${plain(step.expected)}\n--- is\n${plain(output)}\n`);
  }
  written = written.replace(block.whole, `\`\`\`console\n${text}\`\`\``);
}
if (process.argv.includes('--write')) writeFileSync(file, written);
else {
  console.log(`${steps.length} lines of README.md run, ${failed} with another output`);
  process.exitCode = failed === 0 ? 0 : 1;
}
