import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Small plugins, written as a stranger's packages would be: plain JavaScript in a node_modules folder,
 * known to the kernel by brand alone.
 */
const PLUGINS: Record<string, { version?: string; kernelApi?: string; code: string }> = {
  greeter: {
    version: '1.4.2',
    code: part('greeter', `provides: { greeting: port('greeting') }, setup: async () => ({ ports: { greeting: () => 'hello' } })`),
  },
  purse: {
    code: part(
      'purse',
      `config: { type: 'object', additionalProperties: false, properties: {
          fee: { type: 'object', additionalProperties: false, required: ['amount'], properties: { amount: { type: 'string', pattern: '^[0-9]+$' }, currency: { enum: ['LKR', 'USD'] } } },
          token: { type: 'string', 'x-secret': true },
          rates: { type: 'string', 'x-file': true } } },
        provides: { purse: port('purse') }, setup: async () => ({ ports: { purse: {} } })`,
    ),
  },
  counter: {
    code: part(
      'counter',
      `config: { type: 'object', additionalProperties: false, properties: { greeter: { type: 'string', 'x-instance': 'greeting/0' } } },
        uses: { greetings: many('greeting') }, setup: async () => ({ ports: {} })`,
    ),
  },
  desk: {
    code: part(
      'desk',
      `provides: { routes: routes }, setup: async () => ({ ports: { routes: { table, handlers: { open: async () => ({ status: 200 }) } } } })`,
    ),
  },
  bomb: { code: part('bomb', `setup: async () => { throw new Error('the fuse was lit'); }`) },
  hanger: { code: part('hanger', `setup: () => new Promise(() => {})`) },
  chicken: {
    code: part('chicken', `uses: { egg: one('egg') }, provides: { hen: port('hen') }, setup: async () => ({ ports: { hen: {} } })`),
  },
  egg: { code: part('egg', `uses: { hen: one('hen') }, provides: { egg: port('egg') }, setup: async () => ({ ports: { egg: {} } })`) },
  careful: {
    code: part(
      'careful',
      `config: { type: 'object', properties: { zone: { type: 'string' } } },
        check: ({ config, instance, profile }) => [
          { pointer: '/zone', code: 'ZONE_UNKNOWN', message: instance + ' knows no ' + config.zone + ' in ' + profile },
          { file: 'records/thing.json', pointer: '/properties/colour/type', code: 'THING_TYPE', message: 'this type is not known' },
          { file: 'records/thing.json', line: 1, column: 3, code: 'THING_SYNTAX', message: 'a comma is missing' }],
        setup: async () => { throw new Error('what is checked is not set up'); }`,
    ),
  },
  moody: {
    code: part(
      'moody',
      `provides: { mood: mood() }, uses: {}, setup: async ({ instance }) => {
        class Mood {
          #own = 'its own';
          ok = async () => 'fine';
          now() { return this.#own; }
          async fails(code) { throw Object.assign(new Error('Asha Perera was refused'), { code }); }
          throws() { throw new TypeError('at once'); }
          async refuses() { throw Object.assign(new Error('no'), { $divoc: 'refusal', code: 'NOT_TODAY' }); }
          hangs() { return new Promise(() => {}); }
          late(outcome) { return new Promise((ok, no) => setTimeout(outcome === 'fail' ? no : ok, 120, Object.assign(new Error('x'), { code: 'CAME_LATE' }))); }
          async leaks() { Promise.reject(Object.assign(new Error('Asha Perera was leaked'), { code: 'LEAKED' })); }
          async explodes() { setTimeout(() => { throw Object.assign(new Error('Asha Perera'), { code: 'EXPLODED' }); }); }
          async during(work) { return work(); }
          handlers = { open: async () => { throw new RangeError('in a handler'); } };
          table = { deep: { data: true } };
        }
        return { ports: { mood: new Mood() }, stop: async () => globalThis.scribed?.push('stop ' + instance) };
      }`,
    ),
  },
  leaky: {
    code: part(
      'leaky',
      `setup: async () => ({ ports: {}, start: async () => {
        const leak = () => Promise.reject(Object.assign(new Error('Asha Perera'), { code: 'LEAKED' }));
        setTimeout(leak, 300); setTimeout(() => Promise.reject('only words'), 320);
        if (process.env.ACME_EXPLODES) setTimeout(() => { throw Object.assign(new Error('Asha Perera'), { code: 'EXPLODED' }); }, 900);
      }, stop: async () => console.error('leaky stopped in order') })`,
    ),
  },
  sickly: {
    code: part(
      'sickly',
      `setup: async () => ({ ports: {}, health: async () => { throw Object.assign(new Error('Asha Perera'), { code: 'NO_PULSE' }); } })`,
    ),
  },
  mute: { code: part('mute', `provides: { mood: mood() }, setup: async () => ({ ports: {} })`) },
  empty: { code: part('empty', `setup: async () => undefined`) },
  worded: { code: part('worded', `provides: { mood: mood() }, setup: async () => ({ ports: { mood: 'a word' } })`) },
  partial: { code: part('partial', `provides: { mood: mood() }, setup: async () => ({ ports: { mood: { ok: async () => 'fine' } } })`) },
  // Its own copy of the port asks for less than its users do.
  cunning: { code: part('cunning', `provides: { mood: port('mood') }, setup: async () => ({ ports: { mood: {} } })`) },
  unscoped: { code: part('unscoped', `provides: { own: { ...port('own'), scoped: true } }, setup: async () => ({ ports: { own: {} } })`) },
  startless: { code: part('startless', `setup: async () => ({ ports: {}, start: 'soon' })`) },
  listener: {
    code: part('listener', `uses: { moods: many('mood') }, setup: async () => ({ ports: {} })`.replace("many('mood')", 'moods')),
  },
  seeker: { code: part('seeker', `uses: { greeting: one('greeting') }, setup: async () => ({ ports: {} })`) },
  spy: {
    code: part(
      'spy',
      `provides: { routes: { ...routes, declaration: { mount: '/spy', routes: { open: { ...table.routes.open, path: '', scope: 'spies:read' } } } } },
       uses: { storage: many('storage') }, grants: { network: ['spies.example'], reads: ['/etc/hostname'] }, setup: async () => ({ ports: {} })`,
    ),
  },
  future: { kernelApi: '^9.0.0', code: `throw new Error('an unfit plugin must not be imported');` },
  anything: { kernelApi: '>=0', code: `throw new Error('an unfit plugin must not be imported');` },
  scribe: {
    code: part(
      'scribe',
      `setup: async ({ instance, log }) => ({ ports: {}, start: async () => globalThis.scribed?.push('start ' + instance), stop: async () => globalThis.scribed?.push('stop ' + instance) }),
       uses: { greetings: many('greeting') }`,
    ),
  },
};

function part(id: string, body: string): string {
  return `
const port = (name) => ({ $divoc: 'port', name, major: 0, id: name + '/0', scoped: false });
const need = (arity) => (name) => ({ $divoc: 'need', port: port(name), arity });
const one = need('one'), many = need('many');
const mood = () => ({ ...port('mood'), methods: ['ok', 'now'], deadlineSeconds: 0.05 });
const moods = { ...many('mood'), port: mood() };
const table = { mount: '/desk', routes: { open: { method: 'GET', path: '/{id}', scope: 'public', summary: 'Opens.', replies: { 200: { description: 'Open.' } } } } };
const routes = { $divoc: 'provision', declaration: table, port: { ...port('routes'), major: 1, id: 'routes/1',
  claims: (t) => Object.values(t.routes).map((r) => r.method + ' ' + t.mount + r.path.replace(/\\{[^}]*\\}/g, '{}')) } };
export default Object.freeze({ $divoc: 'part', id: '${id}', summary: 'A ${id}.', uses: {}, provides: {}, ${body} });
`;
}

/** Makes a deployment's folder with all of the above installed; returns its path. */
export function acmeDeployment(): string {
  const folder = mkdtempSync(join(tmpdir(), 'divoc-acme-'));
  for (const [name, { version = '1.0.0', kernelApi = '^1.0.0', code }] of Object.entries(PLUGINS)) {
    const home = join(folder, 'node_modules', '@acme', name);
    mkdirSync(home, { recursive: true });
    const meta = {
      name: `@acme/${name}`,
      version,
      type: 'module',
      exports: { '.': './index.js', './package.json': './package.json' },
      divoc: { id: name, kernelApi },
    };
    writeFileSync(join(home, 'package.json'), JSON.stringify(meta));
    writeFileSync(join(home, 'index.js'), code);
  }
  const bare = join(folder, 'node_modules', '@acme', 'bare');
  mkdirSync(bare, { recursive: true });
  writeFileSync(join(bare, 'package.json'), JSON.stringify({ name: '@acme/bare', version: '1.0.0' }));
  return folder;
}
