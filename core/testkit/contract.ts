/** One thing that a port promises. `holds` throws when the subject breaks it. */
export interface Promised<Subject> {
  readonly name: string;
  holds(subject: Subject): Promise<void>;
}

/** What every provider of a port has to keep. */
export interface Contract<Subject> {
  /** `identity/0` */
  readonly port: string;
  readonly promises: readonly Promised<Subject>[];
}

/** vitest's, jest's or node:test's `it`. */
type It = (name: string, test: () => Promise<void>) => unknown;

/** Registers one test a promise. `make` gives a new subject each time, so that no promise depends on another one. */
export function holdTo<Subject>(it: It, contract: Contract<Subject>, make: () => Promise<Subject> | Subject): void {
  for (const { name, holds } of contract.promises) it(`${contract.port}: ${name}`, async () => holds(await make()));
}

/** Names of the promises that a subject breaks: how a contract is itself tested, on plugins that are broken on purpose. */
export async function brokenPromises<Subject>(contract: Contract<Subject>, make: () => Promise<Subject> | Subject): Promise<string[]> {
  const broken: string[] = [];
  for (const { name, holds } of contract.promises) {
    try {
      await holds(await make());
    } catch {
      broken.push(name);
    }
  }
  return broken;
}
