import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import { type Actor, type Fault, isRefusal, type Logger, type VaccinationOutcome, type Vaccinations, valueAt } from '@divoc/core/api';
import { itemCheck } from './check-item.js';
import { withOwnFields } from './item-fields.js';
import { mappingOf } from './mapping.js';

export interface CertifyConfig {
  readonly programmes: Readonly<Record<string, string>>;
  readonly programme?: string;
  readonly strict: boolean;
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

/** Makes the function that certifies items, one after the other and each on its own; it throws nothing. */
export function certifier(
  config: CertifyConfig,
  vaccinations: Vaccinations,
  log: Logger,
): (items: readonly unknown[], actor: Actor) => Promise<ItemReply[]> {
  const check = itemCheck();
  const mapping = mappingOf(withOwnFields(config.fields));

  const certify = async (item: unknown, actor: Actor): Promise<Omit<ItemReply, 'index'>> => {
    const errors = check(item);
    if (errors.length > 0) {
      return { outcome: 'refused', warnings: [], problem: problem(400, 'ITEM_INVALID', 'The item does not fit its schema.', errors) };
    }
    const { programme, warnings: doubts } = choose(item, config);
    const { outcome, certificateId, links, warnings } = await vaccinations.record(
      {
        ...(programme !== undefined && { programme }),
        identity: { input: { code: valueAt(item, ['preEnrollmentCode']) } },
        record: mapping.record(item),
        implausible: config.strict ? 'refuse' : 'warn',
      },
      actor,
    );
    return { outcome, certificateId, links, warnings: [...warnings.map(mapping.back), ...doubts, ...mapping.warnings(item)] };
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

interface Choice {
  readonly programme?: string;
  readonly warnings: readonly Fault[];
}

/** The programme of an id that is mapped, else the default: DIVOC took any id. Where ids are mapped, others are suspicious. */
function choose(item: unknown, { programmes, programme }: CertifyConfig): Choice {
  const id = valueAt(item, ['programId']);
  const fallback = programme === undefined ? {} : { programme };
  if (typeof id !== 'string' || id === '' || Object.keys(programmes).length === 0) return { ...fallback, warnings: [] };
  if (Object.hasOwn(programmes, id)) return { programme: programmes[id] as string, warnings: [] };
  const warning = {
    pointer: '/programId',
    code: 'PROGRAM_NOT_MAPPED',
    detail: 'this id is mapped to no programme, so the default is used',
    fix: `Send one of ${Object.keys(programmes).join(', ')}.`,
  };
  return { ...fallback, warnings: [warning] };
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
