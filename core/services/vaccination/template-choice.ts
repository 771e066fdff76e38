import type { JsonSchema } from '../../api/index.js';

/** When another template than the programme's usual one is used. What is not said does not matter; all that is said must hold. */
export interface TemplateCondition {
  readonly dose?: {
    /** Which doses of the series. */
    readonly number?: readonly number[];
    /** Series of so many doses. */
    readonly of?: readonly number[];
    /** The last dose of a series of known length (or one after it), or one before the last. */
    readonly is?: 'final' | 'not-final';
  };
  /** BCP 47: the language that the certificate was asked for in; `ar` holds for `ar-EG` too. */
  readonly language?: readonly string[];
  /** State or province of the facility, as records say it; capitals do not matter. */
  readonly region?: readonly string[];
}

export interface TemplateRule {
  readonly when: TemplateCondition;
  readonly use: string;
}

/** A programme's choice: the first rule that holds, in the order of the manifest, and else the usual template. */
export interface TemplateChoice {
  readonly template: string;
  /** By name, so that a country can change or remove one that it inherits. */
  readonly templateRules?: Readonly<Record<string, TemplateRule>>;
}

const names = (description: string): JsonSchema => ({
  type: 'array',
  minItems: 1,
  uniqueItems: true,
  items: { type: 'string', minLength: 1 },
  description,
});
const numbers = (description: string): JsonSchema => ({
  type: 'array',
  minItems: 1,
  uniqueItems: true,
  items: { type: 'integer', minimum: 1, maximum: 1000 },
  description,
});

/** JSON Schema of the two settings. */
export const templateChoiceSchema = {
  template: {
    type: 'string',
    default: 'certificate-a4',
    description: 'Folder name of the certificate template, where no rule names another.',
  },
  templateRules: {
    type: 'object',
    description: 'Rules by name; the first that holds names the template.',
    propertyNames: { pattern: '^[a-z][a-z0-9]*(-[a-z0-9]+)*$' },
    additionalProperties: {
      type: 'object',
      additionalProperties: false,
      required: ['when', 'use'],
      properties: {
        use: { type: 'string', description: 'Folder name of the template.' },
        when: {
          type: 'object',
          additionalProperties: false,
          minProperties: 1,
          description: 'All of it must hold.',
          properties: {
            dose: {
              type: 'object',
              additionalProperties: false,
              minProperties: 1,
              properties: {
                number: numbers('Which doses of the series: 1 is the first.'),
                of: numbers('Series of so many doses.'),
                is: { type: 'string', enum: ['final', 'not-final'], description: 'The last dose of its series, or one before it.' },
              },
            },
            language: names('BCP 47: what the certificate was asked for in; ar holds for ar-EG too.'),
            region: names("The facility's state or province, as records say it."),
          },
        },
      },
    },
  },
} as const satisfies Readonly<Record<string, JsonSchema>>;

/** What the choice depends on. */
export interface TemplateFacts {
  readonly record: Readonly<Record<string, unknown>>;
  /** As it was asked for; undefined when nobody said. */
  readonly language?: string | undefined;
}

/** The template of a certificate. Pure: the same facts and rules give the same name. */
export function chooseTemplate({ template, templateRules = {} }: TemplateChoice, facts: TemplateFacts): string {
  return Object.values(templateRules).find(({ when }) => holds(when, facts))?.use ?? template;
}

function holds({ dose, language, region }: TemplateCondition, { record, language: asked }: TemplateFacts): boolean {
  const place = (record.facility as { readonly region?: unknown } | undefined)?.region;
  if (language && !(asked !== undefined && language.some((tag) => isWithin(asked, tag)))) return false;
  if (region && !(typeof place === 'string' && region.some((name) => plain(name) === plain(place)))) return false;
  return !dose || holdsOfDose(dose, record);
}

function holdsOfDose(
  { number, of, is }: NonNullable<TemplateCondition['dose']>,
  { doseNumber, seriesDoses }: TemplateFacts['record'],
): boolean {
  if (number && !number.includes(doseNumber as number)) return false;
  if (of && !of.includes(seriesDoses as number)) return false;
  if (is === undefined) return true;
  // Of a series of unknown length no dose is known to be the last, nor known not to be.
  if (typeof doseNumber !== 'number' || typeof seriesDoses !== 'number') return false;
  return is === 'final' ? doseNumber >= seriesDoses : doseNumber < seriesDoses;
}

/** Is `ar-EG` within `ar`? (RFC 4647, basic filtering.) */
export const isWithin = (tag: string, range: string): boolean => `${tag.toLowerCase()}-`.startsWith(`${range.toLowerCase()}-`);

const plain = (text: string): string => text.normalize('NFKC').replace(/\s+/gu, ' ').trim().toLowerCase();

/** Does `wide` hold wherever `narrow` does? Then a rule after it that says `narrow` is never reached. */
export function covers(wide: TemplateCondition, narrow: TemplateCondition): boolean {
  const within = <T>(all: readonly T[] | undefined, some: readonly T[] | undefined, same: (one: T, other: T) => boolean): boolean =>
    all === undefined || (some?.every((one) => all.some((other) => same(one, other))) ?? false);
  const equal = <T>(one: T, other: T) => one === other;
  const { number, of, is } = wide.dose ?? {};
  return (
    within(wide.language, narrow.language, isWithin) &&
    within(wide.region, narrow.region, (one, other) => plain(one) === plain(other)) &&
    within(number, narrow.dose?.number, equal) &&
    within(of, narrow.dose?.of, equal) &&
    (is === undefined || is === narrow.dose?.is)
  );
}
