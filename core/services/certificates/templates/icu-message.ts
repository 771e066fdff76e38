import { type Formatters, IntlMessageFormat } from 'intl-messageformat';
import { formatCalendarDate } from './calendar-date.js';

/** What a message does with an argument. */
export type ArgumentUse = 'text' | 'number' | 'date' | 'time' | 'select' | 'plural';

export interface MessageArgument {
  readonly name: string;
  readonly use: ArgumentUse;
  /** Where it begins in the message, in UTF-16 units from 0. */
  readonly offset: number;
  /** Of a plural: what it counts by, and the forms that it has (`one`, `other`, `=0`). */
  readonly plural?: { readonly type: 'cardinal' | 'ordinal'; readonly forms: readonly string[] };
}

export type ArgumentValues = Readonly<Record<string, string | number>>;

export interface IcuMessage {
  readonly arguments: readonly MessageArgument[];
  /**
   * The text. A message that shows something which `values` do not have is empty, so that a template can leave its line out;
   * a mere choice (select) falls to its `other`.
   */
  format(values: ArgumentValues): string;
}

/** A message that is no ICU MessageFormat. */
export class IcuSyntaxError extends Error {
  readonly code = 'TEMPLATE_MESSAGE_SYNTAX';
  constructor(
    message: string,
    /** In the message, in UTF-16 units from 0. */
    readonly offset: number,
  ) {
    super(message);
    this.name = 'IcuSyntaxError';
  }
}

/** The parser's elements as they are used here; their types are numbers (`TYPE` of @formatjs/icu-messageformat-parser). */
interface Element {
  readonly type: number;
  readonly value?: string;
  readonly options?: Readonly<Record<string, { readonly value: readonly Element[] }>>;
  readonly pluralType?: 'cardinal' | 'ordinal';
  readonly location?: { readonly start: { readonly offset: number } };
}
const USES: Readonly<Record<number, ArgumentUse>> = { 1: 'text', 2: 'number', 3: 'date', 4: 'time', 5: 'select', 6: 'plural' };

/** Parses a message of ICU MessageFormat. Tags are text: data and texts are never markup here. Throws an IcuSyntaxError. */
export function icuMessage(source: string, locale: string): IcuMessage {
  const elements = parse(source);
  const found = argumentsIn(elements as readonly Element[]);
  const needed = new Set(found.filter(({ use }) => use !== 'select').map(({ name }) => name));
  const absent = Object.fromEntries(found.map(({ name }) => [name, '']));
  const compiled = new IntlMessageFormat(isolated(elements), locale, undefined, { formatters: formatters() });
  return {
    arguments: found,
    format: (values) => {
      if ([...needed].some((name) => !Object.hasOwn(values, name))) return '';
      const text = compiled.format({ ...absent, ...values });
      return Array.isArray(text) ? text.join('') : String(text);
    },
  };
}

function parse(source: string): ReturnType<IntlMessageFormat['getAst']> {
  try {
    return IntlMessageFormat.__parse!(source, { ignoreTag: true, captureLocation: true });
  } catch (error) {
    const { message, location } = error as Error & { location?: { start: { offset: number } } };
    throw new IcuSyntaxError(MEANINGS[message] ?? message.toLowerCase().replaceAll('_', ' '), location?.start.offset ?? 0);
  }
}

/** The parser's commonest complaints in plain words; all others are said in its own. */
const MEANINGS: Readonly<Record<string, string>> = {
  EXPECT_ARGUMENT_CLOSING_BRACE: "'{' is not closed; add '}' (a brace to be shown stands between two ' )",
  EMPTY_ARGUMENT: "'{}' names nothing; name what is to stand there",
  MALFORMED_ARGUMENT: "what stands in '{ }' is no name; names are letters and digits",
  EXPECT_ARGUMENT_TYPE: "after ',' one of number, date, select, plural, selectordinal is wanted",
  INVALID_ARGUMENT_TYPE: 'there is no such kind; use number, date, select, plural or selectordinal',
  MISSING_OTHER_CLAUSE: "'other' is missing; it is what is shown when nothing else fits",
  UNMATCHED_CLOSING_TAG: 'a closing tag stands alone',
  EXPECT_PLURAL_ARGUMENT_SELECTOR_FRAGMENT: "a form of the plural needs its text in '{ }'",
  EXPECT_SELECT_ARGUMENT_SELECTOR_FRAGMENT: "a choice needs its text in '{ }'",
  EXPECT_PLURAL_ARGUMENT_OPTIONS: 'the forms are missing: {n, plural, one {…} other {…}}',
  EXPECT_SELECT_ARGUMENT_OPTIONS: 'the choices are missing: {x, select, female {…} other {…}}',
  DUPLICATE_PLURAL_ARGUMENT_SELECTOR: 'the form of the plural is given twice',
  DUPLICATE_SELECT_ARGUMENT_SELECTOR: 'the choice is given twice',
};

function argumentsIn(elements: readonly Element[]): MessageArgument[] {
  return elements.flatMap((element) => {
    const use = USES[element.type];
    if (use === undefined) return [];
    const own: MessageArgument = {
      name: element.value ?? '',
      use,
      offset: element.location?.start.offset ?? 0,
      ...(use === 'plural' && { plural: { type: element.pluralType ?? 'cardinal', forms: Object.keys(element.options ?? {}) } }),
    };
    return [own, ...Object.values(element.options ?? {}).flatMap(({ value }) => argumentsIn(value))];
  });
}

/**
 * First-strong isolates (Unicode UAX #9) around what is shown as it is: a name in another script turns by itself, and turns
 * nothing of the sentence around it.
 */
const ISOLATE = [0x2068, 0x2069].map((code) => ({ type: 0, value: String.fromCharCode(code) })) as [Element, Element];

function isolated<T>(elements: T): T {
  const [open, close] = ISOLATE;
  const inside = (all: readonly Element[]): Element[] =>
    all.flatMap((element) => {
      if (element.type === 1) return [open, element, close];
      if (!element.options) return [element];
      const options = Object.entries(element.options).map(([name, option]) => [name, { ...option, value: inside(option.value) }]);
      return [{ ...element, options: Object.fromEntries(options) }];
    });
  return inside(elements as readonly Element[]) as T;
}

const kept = new Map<string, unknown>();
function once<T>(make: () => T, ...key: unknown[]): T {
  const name = JSON.stringify(key);
  if (!kept.has(name)) kept.set(name, make());
  return kept.get(name) as T;
}

/** Intl's own for numbers and plurals; a date is a day of the calendar, as precise as it is known, and no instant. */
const formatters = (): Formatters => ({
  getNumberFormat: (locale, options) =>
    once(() => new Intl.NumberFormat(locale, options as Intl.NumberFormatOptions), 'number', locale, options),
  getPluralRules: (locale, options) => once(() => new Intl.PluralRules(locale, options), 'plural', locale, options),
  getDateTimeFormat: (locale, options) =>
    ({ format: (date: unknown) => formatCalendarDate(String(date), String(locale), options) }) as unknown as Intl.DateTimeFormat,
});
