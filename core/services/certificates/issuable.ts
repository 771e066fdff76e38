import type { CredentialFormat, CredentialType, JsonSchema } from '../../api/index.js';
import type { Forms } from './forms.js';
import type { RecordType } from './record-type.js';
import type { CertificateTemplate } from './templates/load-templates.js';
import { type TypeSettings, VACCINATION } from './type-settings.js';

/** The template of a vaccination when nobody names one. */
const USUAL_TEMPLATE = 'certificate-a4';

/** A type of credential that is issued here. */
export interface Issuable {
  /** `vaccination`, or what the manifest calls it. */
  readonly name: string;
  readonly schema: JsonSchema;
  readonly type: CredentialType;
  /** Instance names of formats, the primary one first. */
  readonly formats: readonly string[];
  /** Names of the templates that can be rendered here. */
  readonly templates: readonly string[];
  /** The one that is meant when nobody names one; it may be missing here. */
  readonly template: string;
}

export interface IssuableOptions {
  readonly records: ReadonlyMap<string, RecordType>;
  readonly settings: Readonly<Record<string, TypeSettings>>;
  readonly templates: ReadonlyMap<string, CertificateTemplate>;
  readonly forms: Forms;
}

/** By name, the vaccination first. Throws an Error for a type that no format can say, or that names one which cannot. */
export function issuableTypes({ records, settings, templates, forms }: IssuableOptions): ReadonlyMap<string, Issuable> {
  const issuable = [...records.values()].map(({ name, schema, type }): [string, Issuable] => {
    const { formats: named, template: usual } = settings[name] ?? {};
    const own = [...templates.values()].filter(({ record }) => record.name === name).map((template) => template.name);
    const only = own.length === 1 ? own[0] : undefined;
    const template = usual ?? only ?? (name === VACCINATION ? USUAL_TEMPLATE : ([...own].sort()[0] ?? ''));
    return [name, { name, schema, type, formats: formatsOf(type, named, forms), templates: own, template }];
  });
  return new Map(issuable);
}

function formatsOf({ name }: CredentialType, named: readonly string[] | undefined, forms: Forms): readonly string[] {
  const says = (format: string): boolean => canSay(forms.format(format), name);
  const unfit = named?.find((format) => !says(format));
  if (unfit !== undefined) throw new Error(`the credential format ${unfit} cannot say a ${name}; leave it out of the formats of that type`);
  const formats = named ?? forms.chosen().filter(says);
  if (formats.length === 0) throw new Error(`no credential format here can say a ${name}; name one that does in the formats of that type`);
  return formats;
}

const canSay = ({ types }: CredentialFormat, name: string): boolean => types === undefined || types.includes(name);
