import type { Clock, Health, Logger, Part } from '../api/plugin.js';
import type { Need, Port } from '../api/port.js';
import { errorCode } from '../internal/error-code.js';
import { within } from './deadline.js';
import { FaultCount } from './fault-count.js';
import { type PlannedPart, portOf } from './graph.js';
import { Guard } from './guard.js';

/** What the house holds every provider of a port to. */
export interface PortTerms {
  readonly methods: ReadonlySet<string>;
  /** Null: none. */
  readonly seconds: number | null;
}

const DEFAULT_SECONDS = 60;
const HEALTH_MILLISECONDS = 2000;

/** The terms of each port, from all who name it: a provider's own copy of the port does not free it of what its users count on. */
export function portTerms(parts: readonly PlannedPart[]): (portId: string) => PortTerms {
  const used = parts.flatMap(({ descriptor }) =>
    Object.values(descriptor.uses).map(({ port }: Need<unknown>) => port as Port<unknown, never>),
  );
  const provided = parts.flatMap(({ descriptor }) => Object.values(descriptor.provides).map((p) => portOf(p) as Port<unknown, never>));
  const all = [...used, ...provided];
  return (portId) => {
    const copies = all.filter(({ id }) => id === portId);
    const seconds = copies.find(({ deadlineSeconds }) => deadlineSeconds !== undefined)?.deadlineSeconds;
    return {
      methods: new Set(copies.flatMap(({ methods = [] }) => methods)),
      seconds: seconds === undefined ? DEFAULT_SECONDS : seconds,
    };
  };
}

/** A part that is set up, behind its guard. */
export class RunningPart {
  readonly planned: PlannedPart;
  readonly #part: Part;
  readonly #guard: Guard;
  readonly #faults: FaultCount;
  readonly #terms: (portId: string) => PortTerms;
  readonly #views = new Map<string, unknown>();

  /** Throws an Error (PART_INCOMPLETE) when the part does not give what it has promised. */
  constructor(planned: PlannedPart, part: Part, terms: (portId: string) => PortTerms, log: Logger, clock: Clock) {
    this.planned = planned;
    this.#part = part;
    this.#terms = terms;
    this.#faults = new FaultCount(clock);
    this.#guard = new Guard(log, this.#faults);
    if (typeof part?.ports !== 'object' || part.ports === null) throw incomplete('its setup gives no ports');
    for (const act of ['start', 'stop', 'health'] as const)
      if (part[act] !== undefined && typeof part[act] !== 'function') throw incomplete(`its '${act}' is not a function`);
    for (const [key, provided] of Object.entries(planned.descriptor.provides)) {
      const { id, scoped } = portOf(provided);
      const value = part.ports[key];
      if (!scoped) assertFits(value, id, key, terms(id));
      else if (typeof value !== 'function')
        throw incomplete(`'${key}' is a scoped port (${id}), so it must be a function of the user's name`);
    }
  }

  provides(portId: string): boolean {
    return this.#keyOf(portId) !== undefined;
  }

  /** The port's value as `user` sees it; for one user always the same. */
  value(portId: string, user: string): unknown {
    const key = this.#keyOf(portId)!;
    const isScoped = portOf(this.planned.descriptor.provides[key]!).scoped;
    const view = `${portId} ${isScoped ? user : ''}`;
    if (!this.#views.has(view)) {
      const given = this.#part.ports[key];
      const value = isScoped ? (given as (instance: string) => unknown)(user) : given;
      const terms = this.#terms(portId);
      if (isScoped) assertFits(value, portId, `${this.planned.name}.${key}`, terms);
      this.#views.set(view, this.#guard.wrap(value, portId, terms.seconds));
    }
    return this.#views.get(view);
  }

  start = async (): Promise<void> => this.#part.start?.();

  /** Never rejects: what goes wrong is counted, and the rest of the house stops as well. */
  async stop(milliseconds: number): Promise<void> {
    await this.#watched('stop', milliseconds, async () => this.#part.stop?.()).catch(() => undefined);
  }

  /** What the part says of itself, and what was seen of it. One without a word is well; one that throws or hangs is not. */
  async health(): Promise<Health> {
    try {
      const own = await this.#watched('health', HEALTH_MILLISECONDS, async () => this.#part.health?.());
      return this.#faults.temper({ status: 'pass', ...own });
    } catch (error) {
      return this.#faults.temper({ status: 'fail', detail: `its health could not be asked for: ${errorCode(error)}` });
    }
  }

  /** Counts an error that came out of the part, but through none of its ports. */
  blame(error: unknown): void {
    this.#guard.fault(error, 'nobody waited for');
  }

  async #watched<T>(act: string, milliseconds: number, work: () => Promise<T>): Promise<T> {
    try {
      return await within(work(), milliseconds, `${act} of ${this.planned.name}`);
    } catch (error) {
      this.#guard.fault(error, act);
      throw error;
    }
  }

  #keyOf(portId: string): string | undefined {
    return Object.entries(this.planned.descriptor.provides).find(([, provided]) => portOf(provided).id === portId)?.[0];
  }
}

const incomplete = (what: string): Error => Object.assign(new Error(what), { code: 'PART_INCOMPLETE' });

/** Is this what the port's users may expect? True alone stands for a port that is all declaration. */
function assertFits(value: unknown, portId: string, key: string, { methods }: PortTerms): void {
  if (value === undefined || value === null) throw incomplete(`it promises ${portId} as '${key}' and does not give it`);
  if (typeof value !== 'object' && typeof value !== 'function' && value !== true)
    throw incomplete(`'${key}' must be an object to be a ${portId}, and is a ${typeof value}`);
  const lacking = [...methods].filter((method) => typeof (value as Record<string, unknown>)[method] !== 'function');
  if (lacking.length > 0) throw incomplete(`'${key}' lacks ${lacking.join(' and ')}, which ${portId} has`);
}
