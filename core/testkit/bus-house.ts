import type { Part } from '../api/plugin.js';
import type { EventConsumer } from '../api/ports/event-consumer.js';
import type { EventLog } from '../api/ports/event-log.js';
import type { JobQueue } from '../api/ports/job-queue.js';
import type { JobHandler } from '../api/ports/jobs.js';
import type { State } from '../api/ports/state.js';
import { type MemoryEventLog, memoryEventLog } from './memory-event-log.js';
import { type MemoryJobQueue, memoryJobQueue } from './memory-job-queue.js';
import { type MemoryState, memoryState } from './memory-state.js';

/** What a bus may use, by the names that its `uses` should have. */
export interface BusUses {
  readonly eventLog: EventLog;
  readonly jobQueue: JobQueue;
  readonly state: State;
  readonly consumers: Readonly<Record<string, EventConsumer>>;
}

/** A process in which a bus runs. */
export interface BusProcess {
  /** As a house stops: the dispatcher first, then the bus. */
  stop(): Promise<void>;
  /** True when the process died at the step at which it was to. */
  readonly isDead: boolean;
}

/** What a house remembers, and the processes that share it. */
export interface BusHouse {
  readonly log: MemoryEventLog;
  readonly queue: MemoryJobQueue;
  /** Starts the bus; with `dieAt` the process is killed before its n-th step: a call of a port, or what follows upon a consumer's. */
  begin(consumers: Readonly<Record<string, EventConsumer>>, dieAt?: number): Promise<BusProcess>;
}

export function busHouse(setUp: (uses: BusUses) => Promise<Part>): BusHouse {
  const log = memoryEventLog();
  const queue = memoryJobQueue();
  const memory = memoryState();
  return { log, queue, begin: (consumers, dieAt) => beginProcess(setUp, { log, queue, memory }, consumers, dieAt) };
}

interface Memory {
  readonly log: MemoryEventLog;
  readonly queue: MemoryJobQueue;
  readonly memory: MemoryState;
}

async function beginProcess(
  setUp: (uses: BusUses) => Promise<Part>,
  { log, queue, memory }: Memory,
  consumers: Readonly<Record<string, EventConsumer>>,
  dieAt?: number,
): Promise<BusProcess> {
  let [steps, isDead] = [0, false];
  let worker: ReturnType<MemoryJobQueue['work']> | undefined;
  /** What is dead does nothing any more, whatever it still calls. */
  const step = (): void => {
    steps += 1;
    if (steps === dieAt) {
      isDead = true;
      worker?.kill();
    }
    if (isDead) throw Object.assign(new Error('the process was killed'), { code: 'KILLED' });
  };
  const stepwise =
    <Args extends unknown[], Result>(call: (...args: Args) => Promise<Result>) =>
    async (...args: Args): Promise<Result> => {
      step();
      return call(...args);
    };
  const consuming = ({ types, consume }: EventConsumer): EventConsumer => ({
    types,
    async consume(event) {
      step();
      const end = await consume(event);
      step();
      return end;
    },
  });

  const part = await setUp({
    eventLog: { head: stepwise(() => log.head()), read: stepwise((after, limit) => log.read(after, limit)) },
    jobQueue: { add: stepwise((job) => queue.add(job)), addAll: stepwise((jobs) => queue.addAll(jobs)) },
    state: {
      get: stepwise((key) => memory.get(key)),
      put: stepwise((key, value, ifVersion) => memory.put(key, value, ifVersion)),
      delete: stepwise((key) => memory.delete(key)),
      list: stepwise((prefix, options) => memory.list(prefix, options)),
    },
    consumers: Object.fromEntries(Object.entries(consumers).map(([name, consumer]) => [name, consuming(consumer)])),
  });
  // The kernel starts what uses `jobs/0`, the dispatcher, after the bus, and stops it before.
  await Promise.resolve(part.start?.()).catch((error: unknown) => {
    if (!isDead) throw error;
  });
  const handler = Object.values(part.ports).find(isJobHandler);
  if (handler && !isDead) worker = queue.work(handler);
  return {
    async stop() {
      await worker?.stop();
      await part.stop?.();
    },
    get isDead() {
      return isDead;
    },
  };
}

const isJobHandler = (port: unknown): port is JobHandler =>
  typeof port === 'object' && port !== null && Array.isArray((port as Partial<JobHandler>).queues) && 'handle' in port;
