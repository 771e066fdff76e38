import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Clock, Health, Logger, PartDescriptor } from '../api/plugin.js';
import type { Port } from '../api/port.js';
import { type Auth, auth } from '../api/ports/auth.js';
import { edge } from '../internal/edge.js';
import { type LogLine, listeningLog } from './listening-log.js';

export interface HouseOptions {
  /**
   * A manifest as data, or the path of an adopter. Data is laid over a house for development with a database (SQLite),
   * keys and staff, whose instances are `database`, `keys` and `staff`; null takes one away.
   */
  readonly manifest: Readonly<Record<string, unknown>> | string;
  /** Plugins that are not installed: descriptors, used by their ids, or folders of (built) packages, used by id or by package name. */
  readonly plugins?: readonly (PartDescriptor | string)[];
  /** Only these services of the manifest. */
  readonly services?: readonly string[];
  /** Where all other packages are resolved from; default the working folder. */
  readonly folder?: string;
  /** Where secrets are looked up; default nowhere. */
  readonly env?: Readonly<Record<string, string>>;
  readonly clock?: Clock;
}

export interface StartedHouse {
  /** `http://127.0.0.1:…` */
  readonly address: string;
  /** Its data folder, removed when it stops. */
  readonly home: string;
  /** All that it has logged, with the name of the part. */
  readonly lines: readonly (LogLine & { readonly part: string })[];
  /** For the Authorization header: `Bearer ${await token('facility-staff')}`. */
  token(role: string, name?: string): Promise<string>;
  /** What a part gives, as other parts see it; the only one of the port, or the one named. */
  port<T>(port: Port<T, never>, part?: string): T;
  health(): Promise<Record<string, Health>>;
  stop(): Promise<void>;
}

const BASE = {
  profile: 'development',
  plugins: { database: { use: 'storage-sqlite' }, keys: { use: 'signer-file' }, staff: { use: 'auth-local' } },
};

/**
 * Starts a real house in this process, as divoc serve would: planned, migrated, listening on a port of its own, in a
 * data folder of its own. Throws a ManifestError that names every mistake of the manifest.
 */
export async function startHouse(options: HouseOptions): Promise<StartedHouse> {
  // Whoever imports the testkit for a contract alone should not wait for the whole house to load.
  const { planAdopter } = await import('../cli/deployment.js');
  const { assertMigrated, withStorage } = await import('../cli/commands/db-migrate.js');
  const { boot, systemClock } = await import('../kernel/boot.js');
  const { migrate, migrationsOf } = await import('../store/migrate.js');

  const root = mkdtempSync(join(tmpdir(), 'divoc-house-'));
  const [home, lines] = [join(root, 'home'), [] as (LogLine & { part: string })[]];
  const clock = options.clock ?? systemClock;
  const log = (part: string): Logger => {
    const heard = listeningLog();
    const pass = (level: keyof Logger) => (fields: object, message: string) => {
      heard.log[level](fields, message);
      lines.push({ ...heard.lines.pop()!, part });
    };
    return { debug: pass('debug'), info: pass('info'), warn: pass('warn'), error: pass('error') };
  };
  try {
    const plan = await planAdopter(
      manifestOf(options.manifest, root),
      { ...options.env, PORT: '0' },
      {
        given: await pluginsOf(options.plugins ?? []),
        ...(options.folder !== undefined && { folder: options.folder }),
        ...(options.services && { services: options.services }),
      },
    );
    const steps = migrationsOf(plan);
    if (steps.length > 0) await withStorage(plan, home, log, (storage) => migrate(steps, storage, clock));
    await assertMigrated(plan, home, log);
    const house = await boot(plan, { home, log, clock });
    return {
      address: house.port<{ address(): string }>(edge.id).address(),
      home,
      lines,
      async token(role, name = role) {
        const minters = plan.parts.filter(({ descriptor }) => Object.values(descriptor.provides).some((p) => portIdOf(p) === auth.id));
        const minter = minters.map((part) => house.port<Auth>(auth.id, part.name)).find(({ mint }) => mint);
        if (!minter?.mint) throw new Error('no auth plugin of this house mints tokens');
        return minter.mint({ role, name, validForSeconds: 3600 });
      },
      port: <T>({ id }: Port<T, never>, part?: string) => house.port<T>(id, part),
      health: house.health,
      async stop() {
        await house.stop();
        rmSync(root, { recursive: true, force: true });
      },
    };
  } catch (error) {
    rmSync(root, { recursive: true, force: true });
    throw error;
  }
}

const portIdOf = (provided: PartDescriptor['provides'][string]): string =>
  provided.$divoc === 'provision' ? provided.port.id : provided.id;

/** The file of the manifest, written where it is data: JSON is YAML. */
function manifestOf(manifest: HouseOptions['manifest'], root: string): string {
  if (typeof manifest === 'string') return resolve(manifest);
  const folder = join(root, 'adopter');
  mkdirSync(folder);
  writeFileSync(join(folder, 'base.yaml'), JSON.stringify(BASE));
  const own = { apiVersion: 'divoc/v1', name: 'test', ...manifest };
  const more = Array.isArray(manifest.extends) ? manifest.extends : [];
  writeFileSync(join(folder, 'adopter.yaml'), JSON.stringify({ ...own, extends: ['base.yaml', ...more] }));
  return folder;
}

async function pluginsOf(plugins: readonly (PartDescriptor | string)[]): Promise<Record<string, PartDescriptor>> {
  const given: Record<string, PartDescriptor> = {};
  for (const plugin of plugins) {
    if (typeof plugin !== 'string') {
      given[plugin.id] = plugin;
      continue;
    }
    const file = join(resolve(plugin), 'package.json');
    const { name } = JSON.parse(readFileSync(file, 'utf8')) as { name: string };
    const entry = createRequire(file).resolve(name);
    const { default: descriptor } = (await import(pathToFileURL(entry).href)) as { default: PartDescriptor };
    given[name] = descriptor;
    given[descriptor.id] = descriptor;
  }
  return given;
}
