import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** All lines of all files of a journal, day by day. */
export const linesIn = (folder: string): string[] =>
  readdirSync(folder).flatMap((day) => readFileSync(join(folder, day), 'utf8').split('\n').filter(Boolean));
