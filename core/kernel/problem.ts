/** A place in a file, 1-based, as editors count. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** One mistake in an adopter's files: where, which, and how to mend it. */
export interface Problem extends Position {
  readonly code: string;
  readonly message: string;
}

/** Thrown when a manifest cannot be planned or a plan cannot be booted; holds every problem found. */
export class ManifestError extends Error {
  readonly $divoc = 'manifest-error';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[], options?: ErrorOptions) {
    super(problems.map((p) => formatProblem(p)).join('\n'), options);
    this.name = 'ManifestError';
    this.problems = problems;
  }
}

export function isManifestError(error: unknown): error is ManifestError {
  return error instanceof Error && (error as { $divoc?: unknown }).$divoc === 'manifest-error';
}

/** `file:line:column  CODE  message` */
export function formatProblem(problem: Problem, name: (file: string) => string = (file) => file): string {
  return `${name(problem.file)}:${problem.line}:${problem.column}  ${problem.code}  ${problem.message}`;
}

/** Collects problems, in the order of their places. */
export class Problems {
  readonly #found: Problem[] = [];

  add(position: Position, code: string, message: string): void {
    const { file, line, column } = position;
    if (!this.#found.some((p) => p.file === file && p.line === line && p.column === column && p.message === message)) {
      this.#found.push({ file, line, column, code, message });
    }
  }

  get some(): boolean {
    return this.#found.length > 0;
  }

  /** Is there one that is not of this code? */
  othersThan(code: string): boolean {
    return this.#found.some((problem) => problem.code !== code);
  }

  throwIfAny(): void {
    if (this.some) throw new ManifestError(this.sorted());
  }

  sorted(): Problem[] {
    return [...this.#found].sort((a, b) => a.file.localeCompare(b.file) || a.line - b.line || a.column - b.column);
  }
}
