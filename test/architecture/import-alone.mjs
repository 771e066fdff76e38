// Imports the module that it is given, alone in a process, and prints what the import did and what it gave.
import { createRequire, syncBuiltinESMExports } from 'node:module';
import { pathToFileURL } from 'node:url';

const require = createRequire(import.meta.url);
const effects = [];
// Node makes these sockets when somebody first looks whether they are a terminal.
for (const { isTTY } of [process.stdout, process.stderr, process.stdin]) void isTTY;

/** Lets the functions of `owner` whose names fit work on, and notes each call. */
function spy(what, owner, fits, harmless = () => false) {
  for (const [name, original] of Object.entries(owner)) {
    if (typeof original !== 'function' || !fits.test(name)) continue;
    owner[name] = new Proxy(original, {
      apply(target, self, args) {
        if (!harmless(name, args)) effects.push(`${what}.${name}`);
        return Reflect.apply(target, self, args);
      },
      construct(target, args, newTarget) {
        effects.push(`new ${what}.${name}`);
        return Reflect.construct(target, args, newTarget);
      },
    });
  }
}

const writes =
  /^(write|append|mkdir|mkdtemp|rm|unlink|rename|copy|cp|truncate|ftruncate|l?chmod|l?chown|link|symlink|l?utimes|open|createWriteStream)/;
const readsOnly = (name, [, flags]) => /^open/.test(name) && (flags === undefined || flags === 'r' || flags === 0);
for (const name of ['fs', 'fs/promises']) spy(name, require(`node:${name}`), writes, readsOnly);
for (const name of ['net', 'tls', 'http', 'https', 'http2', 'dgram', 'dns'])
  spy(
    name,
    require(`node:${name}`),
    /^(connect|createConnection|createServer|createSecureServer|createSocket|request|get|lookup|resolve)$/,
  );
for (const name of ['net', 'tls', 'dgram']) spy(name, require(`node:${name}`), /^(Socket|Server|TLSSocket)$/);
spy('child_process', require('node:child_process'), /^(exec|spawn|fork)/);
spy('worker_threads', require('node:worker_threads'), /^Worker$/);
for (const owner of [globalThis, require('node:timers')]) spy('timers', owner, /^set(Timeout|Interval|Immediate)$/);
spy('timers/promises', require('node:timers/promises'), /^set/);
spy('global', globalThis, /^(fetch|WebSocket)$/);
syncBuiltinESMExports();

const listeners = () => process.eventNames().map((name) => `${String(name)} ×${process.listenerCount(name)}`);
const before = { listeners: listeners(), cwd: process.cwd(), env: JSON.stringify(process.env) };
const { default: descriptor } = await import(pathToFileURL(process.argv[2]).href);
for (const listener of listeners()) if (!before.listeners.includes(listener)) effects.push(`process.on ${listener}`);
if (before.cwd !== process.cwd()) effects.push('process.chdir');
if (before.env !== JSON.stringify(process.env)) effects.push('process.env');

const frozen = [descriptor, descriptor?.uses, descriptor?.provides].every((value) => typeof value === 'object' && Object.isFrozen(value));
process.stdout.write(JSON.stringify({ effects: [...new Set(effects)], brand: descriptor?.$divoc, id: descriptor?.id, frozen }));
process.exit();
