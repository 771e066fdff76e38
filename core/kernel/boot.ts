import { mkdirSync } from 'node:fs';
import { asFunction, createContainer, InjectionMode } from 'awilix';
import type { Clock, Health, Logger, Part, PartContext } from '../api/plugin.js';
import type { HouseHealth } from '../internal/health.js';
import { within } from './deadline.js';
import { KERNEL, type PlannedPart, portOf } from './graph.js';
import type { Plan } from './plan.js';
import { ManifestError } from './problem.js';
import { portTerms, RunningPart } from './running-part.js';

export interface BootOptions {
  /** The data folder; made (0700) when it is missing. */
  readonly home: string;
  readonly log: (part: string) => Logger;
  readonly clock?: Clock;
  /** Boot only the parts that provide one of these ports, and what those need. */
  readonly only?: readonly string[];
  readonly deadlines?: { readonly setup?: number; readonly start?: number; readonly stop?: number };
}

export interface House {
  /** A provided port's value: of the part named, or of the first that provides it. */
  port<T>(portId: string, part?: string): T;
  health(): Promise<Record<string, Health>>;
  /** Counts an error against a part that it came out of, though through none of its ports. */
  blame(part: string, error: unknown): void;
  /** Stops every part, users before providers; a part that hangs is left behind after its deadline. */
  stop(): Promise<void>;
}

/** The one clock of the house; every part is given it. */
export const systemClock: Clock = { now: () => new Date() };

const DEADLINES = { setup: 30_000, start: 30_000, stop: 10_000 };

/** The parts that `only` asks for, with all that they need, in the plan's order. */
function select(plan: Plan, only: readonly string[] | undefined): readonly PlannedPart[] {
  if (!only) return plan.parts;
  const wanted = new Set<string>();
  const visit = (name: string): void => {
    if (wanted.has(name)) return;
    wanted.add(name);
    for (const { from } of Object.values(plan.wiring.get(name) ?? {}))
      for (const provider of from) if (provider !== KERNEL) visit(provider);
  };
  for (const part of plan.parts) if (Object.values(part.descriptor.provides).some((p) => only.includes(portOf(p).id))) visit(part.name);
  return plan.parts.filter((part) => wanted.has(part.name));
}

/**
 * Sets up and starts the parts of a plan, providers first. Where one fails, those before it are stopped again
 * and a ManifestError names the failing part at its place in the manifest.
 */
export async function boot(plan: Plan, options: BootOptions): Promise<House> {
  mkdirSync(options.home, { recursive: true, mode: 0o700 });
  const deadlines = { ...DEADLINES, ...options.deadlines };
  const log = options.log('kernel');
  const clock = options.clock ?? systemClock;
  const parts = select(plan, options.only);
  const terms = portTerms(plan.parts);
  const running: RunningPart[] = [];
  const container = createContainer<Record<string, Promise<Part>>>({ injectionMode: InjectionMode.PROXY, strict: true });

  const setUp = (planned: PlannedPart): Promise<Part> => {
    const context: PartContext = {
      config: planned.config,
      instance: planned.name,
      tenant: plan.manifest.tenant,
      profile: plan.manifest.profile,
      home: options.home,
      adopter: plan.adopter,
      log: options.log(planned.name),
      clock,
    };
    return planned.descriptor.setup(context as PartContext<never>, inject(planned) as never);
  };
  let started = false;
  const health: HouseHealth = { check: async () => ({ started, parts: await healthOf(running) }) };
  const valueFor = (provider: string, portId: string, user: string): unknown =>
    provider === KERNEL ? health : running.find(({ planned }) => planned.name === provider)!.value(portId, user);
  const inject = (planned: PlannedPart): Record<string, unknown> =>
    Object.fromEntries(
      Object.entries(plan.wiring.get(planned.name) ?? {}).map(([key, { need, from }]) => {
        const values = from.map((provider) => [provider, valueFor(provider, need.port.id, planned.name)] as const);
        return [key, need.arity === 'many' ? Object.fromEntries(values) : values[0]?.[1]];
      }),
    );
  const stop = async (): Promise<void> => {
    for (const part of running.splice(0).reverse()) await part.stop(deadlines.stop);
  };
  const guarded = async (planned: PlannedPart, stage: 'setup' | 'start', work: () => Promise<unknown>): Promise<void> => {
    try {
      await within(Promise.resolve().then(work), deadlines[stage], `${stage} of ${planned.name}`);
    } catch (error) {
      await stop();
      const { code, message } = error as Error & { code?: unknown };
      const said = `${planned.name} failed in ${stage}: ${typeof code === 'string' ? `${code}: ` : ''}${message}`;
      throw new ManifestError([{ ...planned.position, code: `PART_${stage.toUpperCase()}_FAILED`, message: said }], { cause: error });
    }
  };

  for (const planned of parts) {
    // A second registration of one name would silently replace the first.
    if (container.hasRegistration(planned.name)) throw new Error(`two parts are named ${planned.name}`);
    container.register(planned.name, asFunction(() => setUp(planned)).singleton());
    await guarded(planned, 'setup', async () => {
      const part = await container.resolve(planned.name);
      running.push(new RunningPart(planned, part, terms, options.log(planned.name), clock));
    });
  }
  for (const part of [...running]) await guarded(part.planned, 'start', part.start);
  started = true;
  log.info({ parts: running.length }, 'started');

  return {
    port<T>(portId: string, part?: string): T {
      const provider = running.find((r) => (part === undefined || r.planned.name === part) && r.provides(portId));
      if (!provider) throw new Error(`nothing here provides ${portId}`);
      return provider.value(portId, 'house') as T;
    },
    health: () => healthOf(running),
    blame: (name, error) => running.find(({ planned }) => planned.name === name)?.blame(error),
    stop,
  };
}

async function healthOf(running: readonly RunningPart[]): Promise<Record<string, Health>> {
  return Object.fromEntries(await Promise.all(running.map(async (part) => [part.planned.name, await part.health()] as const)));
}
