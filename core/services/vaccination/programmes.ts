import { type Identity, type JsonSchema, Refusal } from '../../api/index.js';
import { type TemplateChoice, templateChoiceSchema } from './template-choice.js';

export interface ProgrammeConfig extends TemplateChoice {
  /** Instance names. */
  readonly identity: readonly string[];
  readonly payment: string;
  /** Takes a captured payment before the dose is recorded. Off, unless a country says so: money gates no medical act. */
  readonly paymentFirst?: boolean;
  /** Claims of the identity provider that the programme may see → the field of the record that must agree. */
  readonly claims?: Readonly<Record<string, string>>;
  readonly deliver: readonly string[];
  /** Instance names of credential formats, the primary one first; default: those of the certificates service. */
  readonly formats?: readonly string[];
  readonly validForDays?: number;
}

export interface Programme extends ProgrammeConfig {
  readonly name: string;
}

/** JSON Schema of one programme's settings. */
export const programmeSchema: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['identity', 'payment', 'deliver'],
  properties: {
    identity: {
      type: 'array',
      minItems: 1,
      items: { type: 'string', 'x-instance': 'identity/0' },
      description: 'How people are identified; where there are several, a request names one.',
    },
    claims: {
      type: 'object',
      description: 'Facts of the identity provider that the programme may see → the field of the record that must agree.',
      additionalProperties: { type: 'string', pattern: '^(/[A-Za-z][A-Za-z0-9]*)+$' },
      propertyNames: { pattern: '^[A-Za-z][A-Za-z0-9_]*$' },
    },
    payment: { type: 'string', 'x-instance': 'payment-scheme/0', description: 'What a dose costs whom.' },
    paymentFirst: {
      type: 'boolean',
      default: false,
      description: 'Record a dose only against a captured payment. Money gates no medical act unless this says so.',
    },
    deliver: { type: 'array', items: { type: 'string', 'x-instance': 'channel/0' }, description: 'How certificates travel.' },
    ...templateChoiceSchema,
    formats: {
      type: 'array',
      minItems: 1,
      uniqueItems: true,
      items: { type: 'string', 'x-instance': 'credential-format/0' },
      description: 'In which forms its certificates are issued, the one that is shown first; default: as the certificates service has it.',
    },
    validForDays: { type: 'integer', minimum: 1, maximum: 36500, description: 'How long a certificate verifies; default: for ever.' },
  },
};

/** The formats that were chosen, as options of `check` and `issue`. */
export const formatsOf = ({ formats }: Pick<ProgrammeConfig, 'formats'>) => ({ ...(formats && { formats }) });

/** The programme asked for, or the only one there is. Throws a Refusal (422) that names those there are. */
export function chooseProgramme(programmes: Readonly<Record<string, ProgrammeConfig>>, asked: string | undefined): Programme {
  const names = Object.keys(programmes);
  const name = asked ?? (names.length === 1 ? names[0] : undefined);
  const found = name !== undefined && Object.hasOwn(programmes, name) ? programmes[name] : undefined;
  if (name !== undefined && found) return { name, ...found };
  const detail = asked === undefined ? 'There are several programmes; name one.' : 'There is no such programme.';
  throw new Refusal(422, 'PROGRAMME_UNKNOWN', `${detail} Known here: ${names.join(', ')}.`, {
    errors: [
      {
        pointer: '/programme',
        code: 'PROGRAMME_UNKNOWN',
        detail: 'not a programme of this house',
        fix: `Send one of ${names.join(', ')}.`,
      },
    ],
  });
}

/** The identity provider asked for, or the programme's only one. Throws a Refusal (422). */
export function chooseIdentity(
  programme: Programme,
  providers: Readonly<Record<string, Identity>>,
  asked: string | undefined,
): { readonly name: string; readonly provider: Identity } {
  const name = asked ?? (programme.identity.length === 1 ? programme.identity[0] : undefined);
  const provider = name !== undefined && programme.identity.includes(name) ? providers[name] : undefined;
  if (name !== undefined && provider) return { name, provider };
  const known = programme.identity.join(', ');
  throw new Refusal(422, 'IDENTITY_PROVIDER_UNKNOWN', `The programme ${programme.name} identifies people by ${known}; name one of them.`, {
    errors: [
      {
        pointer: '/identity/provider',
        code: 'IDENTITY_PROVIDER_UNKNOWN',
        detail: 'not a provider of this programme',
        fix: `Send one of ${known}.`,
      },
    ],
  });
}
