/** What is not closed, or closes nothing: where (an index into the text), and what. */
export class BracketFault extends Error {
  constructor(
    readonly at: number,
    message: string,
  ) {
    super(message);
  }
}

const KEYWORD = /(?:let|set|show|import|include|if|for|while|return|context)\b/y;
/** After these nothing else may stand on the line. */
const STATEMENT = /^(let|set|show|import|include|return)\b/;
const NAME = /[\p{L}_][\p{L}\p{N}_-]*/uy;
const LINK = /https?:\/\/[\w#$%&*+,\-./:;=?@~'!]*/y;
const CLOSER: Readonly<Record<string, string>> = { '(': ')', '{': '}', '[': ']', $: '$' };

/**
 * The first fault in the brackets, texts and comments of a Typst file. Typst is read in three modes (markup, code and
 * mathematics), in which the same signs mean different things: this knows so much of its grammar and no more.
 */
export function bracketFault(source: string): BracketFault | undefined {
  try {
    new Reader(source).markup();
    return undefined;
  } catch (fault) {
    if (fault instanceof BracketFault) return fault;
    throw fault;
  }
}

/** Each step says `true` when it is done, and throws what it finds wrong. */
class Reader {
  readonly #text: string;
  #at = 0;
  constructor(text: string) {
    this.#text = text;
  }

  /** Text, up to the `]` that closes what began at `opened`, or to the end of the file. */
  markup(opened?: number): true {
    let depth = 0;
    for (;;) {
      const next = this.#text[this.#at];
      if (next === undefined) return this.#end(opened);
      if (next === '\\') this.#at += 2;
      else if (this.#match(LINK) || this.#aside()) continue;
      else if (next === '$') this.#mathematics();
      else if (next === '#') this.#embedded();
      else if (next === '[') this.#step(() => depth++);
      else if (next === ']' && depth > 0) this.#step(() => depth--);
      else if (next === ']') {
        if (opened === undefined) throw new BracketFault(this.#at, "']' closes nothing; remove it, or write \\]");
        return this.#step();
      } else this.#at++;
    }
  }

  /** Code up to the bracket that closes what began at `opened`, or of one statement, up to the end of its line. */
  #code(opened?: number, kind: 'statement' | 'blocks' | 'expression' = 'expression'): true {
    const closer = opened === undefined ? undefined : CLOSER[this.#text[opened] as string];
    for (;;) {
      const next = this.#text[this.#at];
      if (next === undefined) return this.#end(opened);
      if (next === closer) return this.#step();
      if (kind === 'statement' && /[)}]/.test(next)) throw new BracketFault(this.#at, `'${next}' closes nothing; remove it`);
      if (opened === undefined && /[\n;)\]}]/.test(next)) return next !== ';' || this.#step();
      if (/[)\]}]/.test(next)) {
        const { line, sign } = this.#opening(opened as number);
        throw new BracketFault(
          this.#at,
          `'${next}' stands where the '${sign}' of line ${line} is still open; close that with '${closer}' first`,
        );
      }
      if (this.#aside()) continue;
      if (next === '"') this.#string();
      else if (next === '$') this.#mathematics();
      else if (next in CLOSER) {
        this.#bracket();
        // `#if a { } else { }`: what follows the last block is text again.
        if (kind === 'blocks' && next !== '(' && !/^[ \t]*else\b/.test(this.#text.slice(this.#at, this.#at + 80))) return true;
      } else this.#at++;
    }
  }

  /** `#name(…)[…].name`, `#{ … }`, `#let … `. */
  #embedded(): true {
    this.#at++;
    const rest = this.#text.slice(this.#at, this.#at + 8);
    if (this.#match(KEYWORD))
      return this.#code(undefined, STATEMENT.test(rest) ? 'statement' : /^(if|for|while)\b/.test(rest) ? 'blocks' : 'expression');
    if (this.#text[this.#at] === '"') this.#string();
    else if (/^[{[(]/.test(rest)) this.#bracket();
    else if (!this.#match(NAME)) return true;
    for (;;) {
      const next = this.#text[this.#at];
      if (next === '(' || next === '[') this.#bracket();
      else if (next === '.' && /[\p{L}_]/u.test(this.#text[this.#at + 1] ?? '')) this.#step(() => this.#match(NAME));
      else return true;
    }
  }

  #bracket(): void {
    const opened = this.#at++;
    if (this.#text[opened] === '[') this.markup(opened);
    else this.#code(opened);
  }

  #mathematics(): true {
    const opened = this.#at++;
    for (;;) {
      const next = this.#text[this.#at];
      if (next === undefined) return this.#end(opened);
      if (next === '$') return this.#step();
      if (next === '\\') this.#at += 2;
      else if (this.#aside()) continue;
      else if (next === '"') this.#string();
      else if (next === '#') this.#embedded();
      else this.#at++;
    }
  }

  #string(): void {
    const opened = this.#at;
    const text = /"(?:[^"\\]|\\[\s\S])*"/y;
    if (!this.#match(text)) throw new BracketFault(opened, "the text is not closed; add '\"'");
  }

  /** A comment or raw text: nothing in it is read. */
  #aside(): boolean {
    const opened = this.#at;
    if (this.#match(/\/\/[^\n]*/y)) return true;
    if (this.#text.startsWith('/*', opened)) {
      // Typst takes one that is not closed for a comment to the end.
      const mark = /\/\*|\*\//g;
      mark.lastIndex = opened;
      let depth = 0;
      this.#at = this.#text.length;
      for (let found = mark.exec(this.#text); found; found = mark.exec(this.#text)) {
        depth += found[0] === '/*' ? 1 : -1;
        if (depth > 0) continue;
        this.#at = mark.lastIndex;
        break;
      }
      return true;
    }
    const ticks = /`+/y;
    ticks.lastIndex = opened;
    const fence = ticks.exec(this.#text)?.[0];
    if (fence === undefined) return false;
    const end = fence.length === 2 ? opened : this.#text.indexOf(fence, opened + fence.length);
    if (end < 0) throw new BracketFault(opened, `the raw text is not closed; add ${fence}`);
    this.#at = end + fence.length;
    return true;
  }

  #end(opened: number | undefined): true {
    if (opened === undefined) return true;
    const sign = this.#text[opened] as string;
    throw new BracketFault(opened, `the '${sign}' is not closed; add '${CLOSER[sign]}'`);
  }

  #opening(at: number): { line: number; sign: string } {
    return { line: this.#text.slice(0, at).split('\n').length, sign: this.#text[at] as string };
  }

  #step(also?: () => unknown): true {
    this.#at++;
    also?.();
    return true;
  }

  #match(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at;
    if (!pattern.test(this.#text)) return false;
    this.#at = pattern.lastIndex;
    return true;
  }
}
