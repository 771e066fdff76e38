import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { type CredentialType, RECORD_FORMATS, RECORD_KEYWORDS } from '../../api/index.js';

const compiled = new WeakMap<object, ValidateFunction>();

/** The validator of a type's subjects against its closed schema, compiled once a document. */
export function subjectValidator(document: CredentialType['document']): ValidateFunction {
  let validate = compiled.get(document);
  if (!validate) {
    const ajv = new Ajv2020({ strict: true, allErrors: true, formats: { ...RECORD_FORMATS } });
    ajv.addVocabulary([...RECORD_KEYWORDS]);
    validate = ajv.compile(document.schema);
    compiled.set(document, validate);
  }
  return validate;
}
