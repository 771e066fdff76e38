import { definePlugin, type Finding, identity, type JsonSchema } from '@divoc/core/api';
import { checkDigitOf } from './src/check-digit.js';
import { nationalNumber } from './src/national-number.js';
import { NUMBERS, type NumberDefinition } from './src/number-definition.js';
import { safePattern } from './src/safe-pattern.js';

interface Config {
  readonly number?: string;
  readonly definition?: NumberDefinition;
  readonly mask: 'none' | 'last-4';
  readonly ial: 0 | 1 | 2 | 3;
  readonly basis: string;
}

const pattern: JsonSchema = { type: 'string', minLength: 2, maxLength: 200 };

const definition: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['scheme', 'forms'],
  description: 'A number that the plugin does not know, in data.',
  properties: {
    scheme: { type: 'string', pattern: '^[a-z][a-z0-9-]{0,39}$', description: 'The namespace of the number.' },
    forms: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['pattern'],
        properties: {
          pattern,
          canonical: { type: 'string', maxLength: 100, description: 'How it is kept: {0} is all of it, {name} what a named group took.' },
        },
      },
    },
    checksum: { type: 'string', maxLength: 40, description: 'verhoeff, luhn, damm, mod97_10 … (cdigit), or stdnum:TH.idnr.' },
    parts: {
      ...pattern,
      description: 'Names the groups year, month, day, century and sex in the canonical number, all of which it matches.',
    },
    birth: {
      type: 'object',
      additionalProperties: false,
      required: ['kind'],
      properties: {
        kind: { enum: ['year-month-day', 'day-of-year'] },
        centuries: { type: 'object', additionalProperties: { type: 'string', pattern: '^[0-9]{2}$' } },
      },
    },
    sex: { type: 'object', additionalProperties: false, required: ['male', 'female'], properties: { male: pattern, female: pattern } },
  },
};

export default definePlugin<Config>()({
  id: 'identity-national-number',
  summary: 'A national number: checked, brought to one form, and kept only as a keyed hash.',
  config: {
    type: 'object',
    additionalProperties: false,
    properties: {
      number: { enum: Object.keys(NUMBERS), description: 'A number that the plugin knows; or write a definition.' },
      definition,
      mask: { enum: ['none', 'last-4'], default: 'none', description: 'What of it is kept with the record, for its holder to know it by.' },
      ial: { enum: [0, 1, 2, 3], default: 1, description: 'Identity assurance level (NIST SP 800-63A).' },
      basis: { type: 'string', pattern: '^[a-z][a-z0-9-]{0,39}$', default: 'number-seen', description: 'On what the identity rests.' },
    },
  },
  provides: { identity },
  check: ({ config }) => mistakesOf(config),
  async setup({ config, clock }) {
    const { mask, ial, basis } = config;
    const chosen = config.definition ?? NUMBERS[config.number ?? ''];
    if (!chosen) throw new Error("set 'number' or 'definition'");
    return { ports: { identity: nationalNumber({ definition: chosen, mask, assurance: { ial, basis }, clock }) } };
  },
});

function mistakesOf({ number, definition: own }: Config): Finding[] {
  if ((number === undefined) === (own === undefined)) return [{ code: 'NUMBER_UNCLEAR', message: "set either 'number' or 'definition'" }];
  if (!own) return [];
  const patterns: [string, string][] = own.forms.map(({ pattern }, i) => [`/definition/forms/${i}/pattern`, pattern]);
  if (own.parts !== undefined) patterns.push(['/definition/parts', own.parts]);
  for (const [name, source] of Object.entries(own.sex ?? {})) patterns.push([`/definition/sex/${name}`, source]);
  const unsafe = patterns.flatMap(([pointer, source]): Finding[] => {
    const read = safePattern(source);
    return typeof read === 'string' ? [{ pointer, code: 'PATTERN_REFUSED', message: `the pattern ${read}` }] : [];
  });
  if (own.checksum === undefined || checkDigitOf(own.checksum)) return unsafe;
  const message = `there is no check digit '${own.checksum}'; write one of verhoeff, luhn, damm, mod11_2, mod97_10 or stdnum:TH.idnr`;
  return [...unsafe, { pointer: '/definition/checksum', code: 'CHECKSUM_UNKNOWN', message }];
}
