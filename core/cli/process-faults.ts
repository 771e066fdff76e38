import { pathToFileURL } from 'node:url';
import type { Logger } from '../api/plugin.js';
import { errorCode } from '../internal/error-code.js';
import type { House } from '../kernel/boot.js';
import type { PlannedPart } from '../kernel/graph.js';

export interface ProcessFaults {
  /** Rejections and exceptions are counted in this house from now on. */
  watch(house: Pick<House, 'blame'>): void;
  /** Resolves when an exception was caught by nobody: what the process holds in memory can no longer be relied on. */
  readonly crashed: Promise<void>;
}

/**
 * Listens for what nobody waits for or catches, from now on. A rejection is logged and the house goes on: it is one
 * piece of work that failed. An exception ends it, in order: whatever was being changed may be half changed.
 */
export function listenForFaults(parts: readonly PlannedPart[], log: Logger): ProcessFaults {
  let house: Pick<House, 'blame'> | undefined;
  const note = (error: unknown, message: string): void => {
    const guilty = guiltyOf(parts, error);
    for (const name of guilty) house?.blame(name, error);
    // The message may hold what the part was working on; the frames say where.
    log.error({ guilty, code: errorCode(error), stack: framesOf(error) }, message);
  };
  const crashed = new Promise<void>((resolve) => {
    process.on('uncaughtException', (error) => {
      note(error, 'an exception that nobody caught: the house stops');
      resolve();
    });
  });
  process.on('unhandledRejection', (reason) => note(reason, 'a rejection that nobody waited for: the house goes on'));
  return {
    crashed,
    watch(started) {
      house = started;
    },
  };
}

const framesOf = (error: unknown): string[] =>
  error instanceof Error ? (error.stack ?? '').split('\n').flatMap((line) => (/^ {4}at /.test(line) ? [line.trim()] : [])) : [];

/** The parts in whose package the innermost frame of ours lies: several when one plugin is there twice. */
export function guiltyOf(parts: readonly PlannedPart[], error: unknown): string[] {
  const isIn = (frame: string, folder: string | undefined) =>
    folder !== undefined && [`${folder}/`, `${pathToFileURL(folder).href}/`].some((path) => frame.includes(path));
  for (const frame of framesOf(error)) {
    const guilty = parts.filter(({ folder }) => isIn(frame, folder));
    if (guilty.length > 0) return guilty.map(({ name }) => name);
  }
  return [];
}
