import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import {
  type Actor,
  type Fault,
  isRefusal,
  type Logger,
  Refusal,
  type VaccinationInput,
  type VaccinationOutcome,
  type Vaccinations,
  valueAt,
} from '@divoc/core/api';
import { itemCheck } from './check-item.js';
import { type ItemVersion, withOwnFields } from './item-fields.js';
import { mappingOf } from './mapping.js';

export interface CertifyConfig {
  readonly programmes: Readonly<Record<string, string>>;
  readonly programme?: string;
  readonly strict: boolean;
  /** How often a certificate may be updated. */
  readonly updateLimit: number;
  readonly fields: Readonly<Record<string, string>>;
}

/** What became of one item of a request. */
export interface ItemReply {
  readonly index: number;
  readonly outcome: VaccinationOutcome['outcome'] | 'refused';
  readonly certificateId?: string;
  readonly links?: VaccinationOutcome['links'];
  readonly warnings: readonly Fault[];
  readonly problem?: ItemProblem;
}

/** RFC 9457, as a member of a reply. */
export interface ItemProblem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly errors?: readonly Fault[];
  readonly incident?: string;
}

/** What is done with a checked item. */
export type Act = (input: VaccinationInput, actor: Actor) => Promise<VaccinationOutcome>;
export type Certify = (items: readonly unknown[], actor: Actor) => Promise<ItemReply[]>;

/** The act of an update: other content for what is recorded. Throws a Refusal (412, as DIVOC) where nothing is, or too often. */
export function updating({ updateLimit }: CertifyConfig, vaccinations: Vaccinations): Act {
  return async ({ programme, identity, record, implausible }, actor) => {
    const person = { ...(programme !== undefined && { programme }), identity };
    const doses = await vaccinations.dosesOf(person, actor);
    const known = doses.find(({ doseNumber }) => doseNumber === record.doseNumber);
    if (!known) throw new Refusal(412, 'CERTIFICATE_MISSING', 'There is no certificate of this dose to be updated. Certify it first.');
    const input = { of: { id: known.vaccinationId }, record, reason: 'wrong-data', ...(implausible && { implausible }) } as const;
    if (known.version > updateLimit)
      throw new Refusal(412, 'UPDATE_LIMIT_REACHED', `A certificate is updated ${updateLimit} times at most.`);
    return vaccinations.correct(input, actor);
  };
}

/** Makes the function that has `act` done with items, one after the other and each on its own; it throws nothing. */
export function certifier(config: CertifyConfig, version: ItemVersion, act: Act, log: Logger): Certify {
  const check = itemCheck(version);
  const mapping = mappingOf(withOwnFields(config.fields));

  const certify = async (item: unknown, actor: Actor): Promise<Omit<ItemReply, 'index'>> => {
    const errors = check(item);
    if (errors.length > 0) {
      return { outcome: 'refused', warnings: [], problem: problem(400, 'ITEM_INVALID', 'The item does not fit its schema.', errors) };
    }
    const programId = valueAt(item, ['programId']);
    const { outcome, certificateId, links, warnings } = await act(
      {
        ...programmeOf(programId, config),
        identity: { input: { code: valueAt(item, ['preEnrollmentCode']) } },
        record: mapping.record(item),
        implausible: config.strict ? 'refuse' : 'warn',
      },
      actor,
    );
    return {
      outcome,
      certificateId,
      links,
      warnings: [...warnings.map(mapping.back), ...doubts(programId, config), ...mapping.warnings(item)],
    };
  };

  const failed = (error: unknown, index: number): Omit<ItemReply, 'index'> => {
    if (!isRefusal(error)) return { outcome: 'refused', warnings: [], problem: incident(error, index, log) };
    const { status, code, message } = error;
    return { outcome: 'refused', warnings: [], problem: problem(status, code, message, error.errors.map(mapping.back)) };
  };

  return async (items, actor) => {
    const replies: ItemReply[] = [];
    for (const [index, item] of items.entries()) {
      const reply = await certify(item, actor).catch((error: unknown) => failed(error, index));
      replies.push({ index, ...reply });
    }
    return replies;
  };
}

type Programme = { readonly programme?: string };

/** The programme of an id that is mapped, else the default: DIVOC took any id. */
export function programmeOf(id: unknown, { programmes, programme }: CertifyConfig): Programme {
  if (typeof id === 'string' && Object.hasOwn(programmes, id)) return { programme: programmes[id] as string };
  return programme === undefined ? {} : { programme };
}

/** Where ids are mapped, others are suspicious. */
function doubts(id: unknown, { programmes }: CertifyConfig): Fault[] {
  const known = Object.keys(programmes);
  if (typeof id !== 'string' || id === '' || known.length === 0 || known.includes(id)) return [];
  return [
    {
      pointer: '/programId',
      code: 'PROGRAM_NOT_MAPPED',
      detail: 'this id is mapped to no programme, so the default is used',
      fix: `Send one of ${known.join(', ')}.`,
    },
  ];
}

function problem(status: number, code: string, detail: string, errors: readonly Fault[] = []): ItemProblem {
  const type = `urn:divoc:problem:${code.toLowerCase().replaceAll('_', '-')}`;
  return { type, title: STATUS_CODES[status] ?? 'Refused', status, code, detail, ...(errors.length > 0 && { errors }) };
}

/** A fault of ours. Its message may quote what was sent, so that neither the caller nor the log gets it. */
function incident(error: unknown, index: number, log: Logger): ItemProblem {
  const id = randomUUID();
  const { name, code, stack } = (error instanceof Error ? error : {}) as Error & { code?: unknown };
  const frames = (stack ?? '').split('\n').flatMap((line) => (/^ {4}at /.test(line) ? [line.trim()] : []));
  log.error({ incident: id, index, error: { name, code, stack: frames } }, 'an item of a certify request failed unexpectedly');
  return { ...problem(500, 'INTERNAL', 'The fault is ours; report the incident id when it comes back.'), incident: id };
}
