import { compileFunction, createContext } from 'node:vm';
import { Eta, type Options, type TemplateFunction } from 'eta';

/**
 * A context of V8 with the language and nothing else: no process, no require, no fetch, no timers, and no code from texts.
 *
 * It is there for slips. It is no wall: what is handed in (the data, Eta itself) leads out of it, which is why templates of
 * strangers are not run at all.
 */
const context = createContext(Object.create(null), { codeGeneration: { strings: false, wasm: false }, name: 'templates' });

/** Eta, whose templates find none of the process's globals. */
export class IsolatedEta extends Eta {
  override compile = (source: string, options?: Partial<Options>): TemplateFunction => {
    const body = this.compileToString(source, options);
    return compileFunction(body, [this.config.varName, 'options'], { parsingContext: context }) as TemplateFunction;
  };
}
