import type { Finding, JsonSchema } from '../../api/index.js';

/** The record that every country has; the others are declared in its manifest. */
export const VACCINATION = 'vaccination';

/** What the manifest says of a type of credential besides its fields, which `records/<name>.json` declares. */
export interface TypeSettings {
  readonly credential?: string;
  readonly major: number;
  readonly formats?: readonly string[];
  readonly template?: string;
}

/** How a record is called in credentials. */
export interface TypeNaming {
  /** `TestReportCredential` */
  readonly credential: string;
  /** Grows when a field changes its meaning. */
  readonly major: number;
}

/** All records of a manifest, the vaccination first. */
export type Declared = Readonly<Record<string, TypeNaming>>;

/** The vaccination is there undeclared; those of the registry have declarations of another kind under their names. */
const TAKEN: ReadonlySet<string> = new Set([VACCINATION, 'facility', 'vaccinator', 'enrolment']);

/** Types of credentials that are not a country's to define. */
const TAKEN_CREDENTIALS: ReadonlySet<string> = new Set([
  'VaccinationCredential',
  'VerifiableCredential',
  'EnvelopedVerifiableCredential',
  'VerifiablePresentation',
  'EnvelopedVerifiablePresentation',
  'BitstringStatusList',
  'BitstringStatusListCredential',
  'BitstringStatusListEntry',
  'DataIntegrityProof',
  'JsonSchema',
  'JsonSchemaCredential',
]);

export const typesConfig: JsonSchema = {
  type: 'object',
  default: {},
  description:
    'Credentials besides that of a vaccination, by name. Each has its fields in records/<name>.json of the adopter (a JSON Schema, as that of the vaccination is), and certificate templates that say "record": "<name>".',
  propertyNames: { pattern: '^[a-z][a-z0-9]*(-[a-z0-9]+)*$', maxLength: 40 },
  additionalProperties: {
    type: 'object',
    additionalProperties: false,
    default: {},
    properties: {
      credential: {
        type: 'string',
        pattern: '^[A-Z][A-Za-z0-9]{0,63}$',
        description: 'Its name in the type of credentials. Default: made of its name: test-report is TestReportCredential.',
      },
      major: {
        type: 'integer',
        minimum: 1,
        maximum: 1000,
        default: 1,
        description: 'Counted up when a field changes its meaning, so that it gets another IRI.',
      },
      formats: {
        type: 'array',
        minItems: 1,
        uniqueItems: true,
        items: { type: 'string', 'x-instance': 'credential-format/0' },
        description:
          'In which forms it is issued, the primary one first. Default: those of certificates that can say more than a vaccination.',
      },
      template: {
        type: 'string',
        maxLength: 100,
        description: 'The template of whatever is posted without naming one. Default: its first one by name.',
      },
    },
  },
};

/** Those under a name that is free. */
export const ownTypes = (types: Readonly<Record<string, TypeSettings>>) => Object.entries(types).filter(([name]) => !TAKEN.has(name));

export function declaredTypes(types: Readonly<Record<string, TypeSettings>>): Declared {
  const own = ownTypes(types).map(([name, { credential, major }]) => [name, { credential: credential ?? credentialName(name), major }]);
  return { [VACCINATION]: { credential: 'VaccinationCredential', major: 1 }, ...Object.fromEntries(own) };
}

/** `test-report` is `TestReportCredential`. */
const credentialName = (name: string): string =>
  `${name
    .split('-')
    .map((word) => `${word[0]?.toUpperCase()}${word.slice(1)}`)
    .join('')}Credential`;

/** Names that are taken: two types of one name could not be told apart, and others' names say something else. */
export function checkTypeNames(types: Readonly<Record<string, TypeSettings>>): Finding[] {
  const owners = new Map<string, string>();
  const { [VACCINATION]: _, ...declared } = declaredTypes(types);
  const taken = Object.keys(types).filter((name) => TAKEN.has(name));
  const named = taken.map((name) => {
    const message = `'${name}' is a record of the house; choose another name, such as ${name}-credential`;
    return { pointer: `/types/${name}`, code: 'TYPE_NAME_TAKEN', message };
  });
  const called = Object.entries(declared).flatMap(([name, { credential }]) => {
    const owner = TAKEN_CREDENTIALS.has(credential) ? 'a standard or of the house' : owners.get(credential);
    owners.set(credential, name);
    if (owner === undefined) return [];
    const message = `'${credential}' is the name of a type of ${owner}; give it another: credential: MinistryOf${credential}`;
    return [{ pointer: `/types/${name}`, code: 'TYPE_NAME_TAKEN', message }];
  });
  return [...named, ...called];
}
