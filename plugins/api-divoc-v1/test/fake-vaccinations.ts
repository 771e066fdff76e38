import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  type Actor,
  type CorrectionInput,
  canonicalJson,
  type Fault,
  RECORD_FORMATS,
  RECORD_KEYWORDS,
  Refusal,
  type VaccinationInput,
  type VaccinationOutcome,
  type Vaccinations,
} from '@divoc/core/api';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

type Json = Record<string, unknown>;

/** The house's own record schema; `change` may add an adopter's fields to it. */
export function recordSchema(): { properties: { patient: { required: string[]; properties: Json } } } {
  return JSON.parse(readFileSync(fileURLToPath(new URL('../../../schemas/records/vaccination.json', import.meta.url)), 'utf8'));
}

export interface FakeVaccinations extends Vaccinations {
  /** All that was asked of it, in order. */
  readonly asked: { input: VaccinationInput; actor: Actor }[];
  readonly corrected: { input: CorrectionInput; actor: Actor }[];
  /** Throws this at the next call. */
  fault: unknown;
}

/**
 * Keeps the promises of the port: the record's schema, one record a dose, conflicts, plausibility by two rules, one
 * programme unless told otherwise, codes without control characters.
 */
export function fakeVaccinations(schema: object = recordSchema(), programmes: readonly string[] = ['covid-19']): FakeVaccinations {
  const validate = validatorOf(schema);
  const doses = new Map<string, { record: string; outcome: VaccinationOutcome }>();
  const check = (input: Pick<VaccinationInput, 'record' | 'implausible'>): Fault[] => {
    if (!validate(input.record)) throw refusal(400, 'RECORD_INVALID', (validate.errors ?? []).map(recordFault));
    const warnings = implausibilities(input.record);
    if (warnings.length > 0 && input.implausible !== 'warn') throw refusal(422, 'RECORD_IMPLAUSIBLE', warnings);
    return warnings;
  };
  const programmeOf = (asked: string | undefined): string => {
    const programme = asked ?? (programmes.length === 1 ? programmes[0] : undefined);
    if (programme !== undefined && programmes.includes(programme)) return programme;
    throw refusal(422, 'PROGRAMME_UNKNOWN', [
      { pointer: '/programme', code: 'PROGRAMME_UNKNOWN', detail: 'unknown', fix: 'Send another.' },
    ]);
  };

  const implausibilities = (record: Json): Fault[] => {
    const fault = (pointer: string, code: string): Fault => ({ pointer, code, detail: 'makes no sense', fix: 'Correct it.' });
    return [
      ...((record.patient as Json).name === '' ? [fault('/record/patient/name', 'TEXT_BLANK')] : []),
      ...(Number(record.doseNumber) > Number(record.seriesDoses) ? [fault('/record/doseNumber', 'DOSE_BEYOND_SERIES')] : []),
    ];
  };

  return {
    asked: [],
    corrected: [],
    fault: undefined,
    async record(input, actor) {
      this.asked.push({ input: structuredClone(input), actor });
      await new Promise((later) => setImmediate(later));
      if (this.fault !== undefined) {
        const { fault } = this;
        this.fault = undefined;
        throw fault;
      }
      const programme = programmeOf(input.programme);
      const warnings = check(input);
      const code = String(input.identity.input.code);
      if (code.trim() === '' || /\p{Cc}/u.test(code)) {
        throw refusal(422, 'IDENTITY_INPUT_INVALID', [
          { pointer: '/identity/input/code', code: 'FIELD_WRONG_FORMAT', detail: 'is no code' },
        ]);
      }
      const key = JSON.stringify([programme, code, input.record.doseNumber]);
      const earlier = doses.get(key);
      if (earlier && earlier.record !== canonicalJson(input.record)) {
        throw refusal(409, 'DOSE_CONFLICT', [{ pointer: '/record/patient/name', code: 'FIELD_DIFFERS', detail: 'differs' }]);
      }
      if (earlier) return { ...earlier.outcome, outcome: 'existing', warnings };
      const number = doses.size + 1;
      const outcome = {
        vaccinationId: `vaccination-${number}`,
        version: 1,
        certificateId: `certificate-${number}`,
        links: { page: `/c/${number}` },
        deliveries: [],
      };
      doses.set(key, { record: canonicalJson(input.record), outcome: { ...outcome, outcome: 'issued', warnings } });
      return { ...outcome, outcome: 'issued', warnings };
    },
    async correct(input, actor) {
      this.corrected.push({ input: structuredClone(input), actor });
      const id = 'id' in input.of ? input.of.id : '';
      const found = [...doses].find(([, { outcome }]) => outcome.vaccinationId === id);
      if (!found) throw new Refusal(404, 'VACCINATION_UNKNOWN', 'There is none.');
      const [key, { record, outcome }] = found;
      const warnings = check(input);
      if (record === canonicalJson(input.record)) return { ...outcome, outcome: 'existing', warnings };
      const version = outcome.version + 1;
      const next = { ...outcome, version, certificateId: `${id}-certificate-${version}` };
      doses.set(key, { record: canonicalJson(input.record), outcome: next });
      return { ...next, outcome: 'issued', warnings };
    },
    async dosesOf({ programme: asked, identity }) {
      const programme = programmeOf(asked);
      return [...doses].flatMap(
        ([
          key,
          {
            outcome: { vaccinationId, version, certificateId },
          },
        ]) => {
          const [ofProgramme, code, doseNumber] = JSON.parse(key);
          return ofProgramme === programme && code === identity.input.code ? [{ vaccinationId, version, certificateId, doseNumber }] : [];
        },
      );
    },
    async find() {
      throw new Error('nothing is looked up by id');
    },
    async versions() {
      throw new Error('nobody reads the history');
    },
  };
}

const compiled = new Map<string, ValidateFunction>();
function validatorOf(schema: object): ValidateFunction {
  const key = JSON.stringify(schema);
  const ajv = new Ajv2020({ strict: true, allErrors: true, formats: { ...RECORD_FORMATS } });
  ajv.addVocabulary([...RECORD_KEYWORDS]);
  const validate = compiled.get(key) ?? ajv.compile(schema);
  compiled.set(key, validate);
  return validate;
}

const refusal = (status: 400 | 409 | 422, code: string, errors: Fault[]) =>
  new Refusal(status, code, 'The record was refused.', { errors });

function recordFault({ instancePath, params }: { instancePath: string; params: object }): Fault {
  const { missingProperty, additionalProperty } = params as { missingProperty?: string; additionalProperty?: string };
  const name = missingProperty ?? additionalProperty;
  const pointer = `/record${instancePath}${name === undefined ? '' : `/${name}`}`;
  return { pointer, code: name === undefined ? 'FIELD_WRONG_FORMAT' : 'FIELD_MISSING', detail: 'does not fit' };
}
