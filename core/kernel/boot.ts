import { mkdirSync } from 'node:fs';
import { asFunction, createContainer, InjectionMode } from 'awilix';
import type { Clock, Health, Logger, Part, PartContext } from '../api/plugin.js';
import type { HouseHealth } from '../internal/health.js';
import { KERNEL, type PlannedPart, portOf } from './graph.js';
import type { Plan } from './plan.js';
import { ManifestError } from './problem.js';

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
  /** Stops every part, users before providers; a part that hangs is left behind after its deadline. */
  stop(): Promise<void>;
}

/** The one clock of the house; every part is given it. */
export const systemClock: Clock = { now: () => new Date() };

const DEADLINES = { setup: 30_000, start: 30_000, stop: 10_000 };

/** Rejects when `work` takes longer than `milliseconds`. */
async function within<T>(work: Promise<T>, milliseconds: number, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took longer than ${milliseconds} ms`)), milliseconds);
  });
  try {
    return await Promise.race([work, deadline]);
  } finally {
    clearTimeout(timer);
  }
}

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
  const running: { planned: PlannedPart; part: Part }[] = [];
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
  const valueFor = (provider: string, portId: string, user: string): unknown => {
    if (provider === KERNEL) return health;
    const { planned, part } = running.find((r) => r.planned.name === provider)!;
    const [key, provided] = Object.entries(planned.descriptor.provides).find(([, p]) => portOf(p).id === portId)!;
    const value = part.ports[key];
    return portOf(provided).scoped ? (value as (instance: string) => unknown)(user) : value;
  };
  const inject = (planned: PlannedPart): Record<string, unknown> =>
    Object.fromEntries(
      Object.entries(plan.wiring.get(planned.name) ?? {}).map(([key, { need, from }]) => {
        const values = from.map((provider) => [provider, valueFor(provider, need.port.id, planned.name)] as const);
        return [key, need.arity === 'many' ? Object.fromEntries(values) : values[0]?.[1]];
      }),
    );
  const stop = async (): Promise<void> => {
    for (const { planned, part } of running.splice(0).reverse()) {
      try {
        await within(part.stop?.() ?? Promise.resolve(), deadlines.stop, `stopping ${planned.name}`);
      } catch (error) {
        log.error({ err: error }, `${planned.name} did not stop cleanly`);
      }
    }
  };
  const guard = async (planned: PlannedPart, stage: 'setup' | 'start', work: () => Promise<unknown>): Promise<void> => {
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
    await guard(planned, 'setup', async () => {
      running.push({ planned, part: await container.resolve(planned.name) });
    });
  }
  for (const { planned, part } of [...running]) if (part.start) await guard(planned, 'start', part.start);
  started = true;
  log.info({ parts: running.length }, 'started');

  return {
    port<T>(portId: string, part?: string): T {
      const candidates = running.filter(({ planned }) => part === undefined || planned.name === part);
      const provider = candidates.find(({ planned }) => Object.values(planned.descriptor.provides).some((p) => portOf(p).id === portId));
      if (!provider) throw new Error(`nothing here provides ${portId}`);
      return valueFor(provider.planned.name, portId, 'house') as T;
    },
    health: () => healthOf(running),
    stop,
  };
}

/** A part without `health` passes; one that throws or hangs fails. */
async function healthOf(running: readonly { planned: PlannedPart; part: Part }[]): Promise<Record<string, Health>> {
  const answers = running.map(async ({ planned, part }): Promise<[string, Health]> => {
    try {
      return [planned.name, await within(part.health?.() ?? Promise.resolve<Health>({ status: 'pass' }), 2_000, 'health')];
    } catch (error) {
      return [planned.name, { status: 'fail', detail: (error as Error).message }];
    }
  });
  return Object.fromEntries(await Promise.all(answers));
}
