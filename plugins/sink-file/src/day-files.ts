import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { HouseEvent } from '@divoc/core/api';

/** Files of one folder, `2026-11-23.jsonl`. */
export interface DayFiles {
  /** Resolves when the event stands in the day's file, on the disk; one that stands there already is not written again. */
  append(day: string, event: HouseEvent): Promise<void>;
}

/** An event comes again only soon after it came, so that the ids of the last ones are enough. */
const KEPT_IDS = 20_000;
/** More than so many lines take. */
const TAIL_BYTES = KEPT_IDS * 400;

/** One event after the other, for a process that has the folder for itself. */
export function dayFiles(folder: string): DayFiles {
  let last: Promise<unknown> = Promise.resolve();
  let known: { readonly day: string; readonly ids: Set<string> } | undefined;

  const write = async (day: string, event: HouseEvent): Promise<void> => {
    await mkdir(folder, { recursive: true, mode: 0o750 });
    const file = await open(join(folder, `${day}.jsonl`), 'a+', 0o640);
    try {
      if (known?.day !== day) known = { day, ids: await mend(file) };
      const { ids } = known;
      if (ids.has(event.id)) return;
      // Until the line is whole nobody knows what stands there.
      known = undefined;
      await file.appendFile(`${JSON.stringify(event)}\n`);
      await file.datasync();
      ids.add(event.id);
      if (ids.size > KEPT_IDS) ids.delete(ids.values().next().value as string);
      known = { day, ids };
    } finally {
      await file.close();
    }
  };

  return {
    append(day, event) {
      const mine = last.then(() => write(day, event));
      last = mine.catch(() => undefined);
      return mine;
    },
  };
}

/** Cuts off a last line that a crash left unfinished, and gives the ids of the lines before it. */
async function mend(file: FileHandle): Promise<Set<string>> {
  const { size } = await file.stat();
  const start = Math.max(0, size - TAIL_BYTES);
  const tail = Buffer.alloc(size - start);
  for (let read = 0; read < tail.length; ) {
    const { bytesRead } = await file.read(tail, read, tail.length - read, start + read);
    if (bytesRead === 0) break;
    read += bytesRead;
  }
  const end = tail.lastIndexOf('\n') + 1;
  if (end < tail.length) await file.truncate(start + end);
  const lines = tail.subarray(0, end).toString('utf8').split('\n');
  // Where the tail begins in the middle of a line, that is not one.
  if (start > 0) lines.shift();
  return new Set(lines.filter(Boolean).map((line) => (JSON.parse(line) as HouseEvent).id));
}
