import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Finding, isStrictJsonError, parseStrictJson } from '../../../api/index.js';

/** Where in a template's folder; a JSON `pointer`, or a line and a column. */
export type Spot = Pick<Finding, 'line' | 'column' | 'pointer'>;

/** Collects what is wrong with one template's folder, at places in its files. */
export class Findings {
  readonly all: Finding[] = [];
  readonly #folder: string;
  readonly #shown: string;

  /** `shown` is the folder's path as findings name it. */
  constructor(folder: string, shown: string) {
    this.#folder = folder;
    this.#shown = shown;
  }

  add(file: string, spot: Spot, code: string, message: string): void {
    this.all.push({ file: join(this.#shown, file), ...spot, code, message });
  }

  /** The text of a file of the folder; undefined when there is none. */
  text(file: string): string | undefined {
    try {
      return readFileSync(join(this.#folder, file), 'utf8');
    } catch {
      return undefined;
    }
  }

  /** The value of a JSON file that exists; undefined, with what is wrong noted, when it is no JSON. */
  json(file: string, text: string): unknown {
    try {
      return parseStrictJson(text);
    } catch (error) {
      if (!isStrictJsonError(error)) throw error;
      this.add(file, { line: error.line, column: error.column }, error.code, error.message);
      return undefined;
    }
  }
}

export const knownHere = (names: Iterable<string>): string => `known here: ${[...names].sort().join(', ') || 'none'}`;
