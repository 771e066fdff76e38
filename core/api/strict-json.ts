import { pointerTo } from './json-pointer.js';
import { soundJson } from './sound-json.js';

export type StrictJsonCode =
  | 'JSON_NOT_UTF8'
  | 'JSON_SYNTAX'
  | 'JSON_TRAILING_CONTENT'
  | 'JSON_TOO_DEEP'
  | 'JSON_DUPLICATE_KEY'
  | 'JSON_FORBIDDEN_KEY'
  | 'JSON_LONE_SURROGATE'
  | 'JSON_NUMBER_NOT_EXACT';

/** What is wrong with a JSON text, and where. Its message begins with line and column and holds no value of the text. */
export class StrictJsonError extends Error {
  readonly $divoc = 'strict-json-error';
  override readonly name = 'StrictJsonError';

  /**
   * `pointer`: RFC 6901, to the value or member, or to its nearest ancestor whose name can be shown.
   * `line` and `column` (UTF-16 units) count from 1; both are 0 when the bytes are not text.
   */
  constructor(
    readonly code: StrictJsonCode,
    message: string,
    readonly pointer = '',
    readonly line = 0,
    readonly column = 0,
  ) {
    super(message);
  }
}

/** By brand, not by class: a plugin may bring its own copy of this package. */
export function isStrictJsonError(error: unknown): error is StrictJsonError {
  return error instanceof Error && (error as { $divoc?: unknown }).$divoc === 'strict-json-error';
}

/** Space, tab, line feed, carriage return: no other space is JSON's. */
const SPACES: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d]);
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const LITERAL = /true|false|null/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON strings may not hold them (RFC 8259 section 7).
const PLAIN = /[^"\\\u0000-\u001f]*/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const LOW_HALF = /\\u[dD][c-fC-F][0-9a-fA-F]{2}/y;

/**
 * Parses JSON and refuses what JSON.parse lets pass: members given twice (the last would win silently), unpaired
 * surrogates, `__proto__`, numbers that a double cannot hold, and nesting deeper than `maxDepth` (64). Bytes must be
 * UTF-8, and neither text nor bytes may begin with a byte order mark.
 *
 * A text that is not evidently sound is scanned, in linear time and with a bounded stack, for what is wrong with it.
 * Throws a StrictJsonError with line, column and JSON Pointer, never with a value.
 */
export function parseStrictJson(source: string | Uint8Array, { maxDepth = 64 }: { maxDepth?: number } = {}): unknown {
  const text = typeof source === 'string' ? source : decodeUtf8(source);
  const sound = soundJson(text, maxDepth);
  if (sound !== undefined) return sound;
  new Scanner(text, maxDepth).document();
  return JSON.parse(text);
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    // The mark is kept, so that the scanner refuses it: it is no part of JSON (RFC 8259 section 8.1).
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new StrictJsonError('JSON_NOT_UTF8', 'the bytes are not UTF-8');
  }
}

class Scanner {
  readonly #text: string;
  readonly #maxDepth: number;
  readonly #path: (string | number)[] = [];
  /** Where half of a surrogate pair stands unescaped, or -1. */
  readonly #loneHalf: number;
  #at = 0;

  constructor(text: string, maxDepth: number) {
    this.#text = text;
    this.#loneHalf = text.search(/\p{Surrogate}/u);
    this.#maxDepth = maxDepth;
  }

  document(): void {
    this.#value();
    if (this.#at < this.#text.length) throw this.#error('JSON_TRAILING_CONTENT', 'more follows after the end of the value');
  }

  /** One value with the space around it. */
  #value(): void {
    this.#space();
    const first = this.#text[this.#at];
    if (first === '{') this.#object();
    else if (first === '[') this.#array();
    else if (first === '"') this.#string();
    else if (!this.#match(LITERAL)) this.#number();
    this.#space();
  }

  #object(): void {
    this.#open();
    const names = new Set<string>();
    this.#space();
    if (this.#take('}')) return;
    do {
      this.#space();
      const start = this.#at;
      if (this.#text[start] !== '"') throw this.#unexpected('a member name in double quotes');
      this.#string();
      const name = JSON.parse(this.#text.slice(start, this.#at)) as string;
      this.#path.push(name);
      if (names.has(name)) throw this.#error('JSON_DUPLICATE_KEY', 'the member is given twice', start);
      // As an own property it is harmless, but the first copy of the object would make a prototype of it.
      if (name === '__proto__') throw this.#error('JSON_FORBIDDEN_KEY', 'no member may be called __proto__', start);
      names.add(name);
      this.#space();
      if (!this.#take(':')) throw this.#unexpected("':'");
      this.#value();
      this.#path.pop();
    } while (this.#take(','));
    if (!this.#take('}')) throw this.#unexpected("',' or '}'");
  }

  #array(): void {
    this.#open();
    this.#space();
    if (this.#take(']')) return;
    let index = 0;
    do {
      this.#path.push(index++);
      this.#value();
      this.#path.pop();
    } while (this.#take(','));
    if (!this.#take(']')) throw this.#unexpected("',' or ']'");
  }

  /** Steps over the bracket; the path is as long as there are open brackets, so it is the depth. */
  #open(): void {
    if (this.#path.length >= this.#maxDepth)
      throw this.#error('JSON_TOO_DEEP', `arrays and objects are nested deeper than ${this.#maxDepth}`);
    this.#at++;
  }

  #string(): void {
    this.#at++;
    for (;;) {
      const start = this.#at;
      this.#match(PLAIN);
      if (start <= this.#loneHalf && this.#loneHalf < this.#at) throw this.#lone(this.#loneHalf);
      if (this.#take('"')) return;
      const at = this.#at;
      if (!this.#match(ESCAPE)) throw this.#unexpected("a closing '\"', with control characters and '\\' escaped");
      const unit = this.#text[at + 1] === 'u' ? Number.parseInt(this.#text.slice(at + 2, at + 6), 16) : 0;
      const isHalf = unit >= 0xd800 && unit <= 0xdfff;
      if (isHalf && !(unit < 0xdc00 && this.#match(LOW_HALF))) throw this.#lone(at);
    }
  }

  #number(): void {
    const start = this.#at;
    if (!this.#match(NUMBER)) throw this.#unexpected('a value');
    const literal = this.#text.slice(start, this.#at);
    const value = Number(literal);
    const vanished = value === 0 && /^-?[0.]*[1-9]/.test(literal);
    if (Math.abs(value) > Number.MAX_SAFE_INTEGER || vanished) {
      throw this.#error('JSON_NUMBER_NOT_EXACT', 'the number is too large or too small to be kept exactly', start);
    }
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #space(): void {
    while (SPACES.has(this.#text.charCodeAt(this.#at))) this.#at++;
  }

  /** Steps over what a sticky pattern finds here. */
  #match(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at;
    const found = pattern.test(this.#text);
    if (found) this.#at = pattern.lastIndex;
    return found;
  }

  #unexpected(wanted: string): StrictJsonError {
    const what = this.#at < this.#text.length ? 'something else stands here' : 'the text ends';
    return this.#error('JSON_SYNTAX', `expected ${wanted}, but ${what}`);
  }

  #lone(at: number): StrictJsonError {
    return this.#error('JSON_LONE_SURROGATE', 'half of a surrogate pair stands alone', at);
  }

  #error(code: StrictJsonCode, what: string, at = this.#at): StrictJsonError {
    const before = this.#text.slice(0, at).split('\n');
    const [line, column] = [before.length, (before.at(-1)?.length ?? 0) + 1];
    return new StrictJsonError(code, `line ${line}, column ${column}: ${what}`, pointerTo(this.#path), line, column);
  }
}
