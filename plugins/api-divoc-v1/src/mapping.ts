import { type Fault, isShowable, segmentsOf, type VaccinationInput, valueAt } from '@divoc/core/api';
import { type ItemField, isWithin } from './item-fields.js';
import { isEmpty, isObject, isWithoutZone, pointerOf } from './item-types.js';

/** More warnings than these help nobody. */
const MOST_WARNINGS = 20;

export interface Mapping {
  /** The record that a checked item describes. */
  record(item: unknown): VaccinationInput['record'];
  /** What was read otherwise than it was sent, or not kept at all. */
  warnings(item: unknown): Fault[];
  /** A fault of the service, whose pointer points into its input, as one that points into the item. */
  back(fault: Fault): Fault;
}

/** Both directions of one table. */
export function mappingOf(fields: readonly ItemField[]): Mapping {
  const kept = fields.filter((field) => field.to !== undefined);
  const known = new Set(fields.filter((field) => field.to !== undefined || field.private).map(({ item }) => item));
  const groups = new Set([...known].flatMap(ancestors));

  return {
    record(item) {
      const record: Record<string, unknown> = {};
      for (const field of kept) {
        const [part, ...path] = segmentsOf(field.to as string);
        const value = valueAt(item, segmentsOf(field.item));
        if (part !== 'record' || isLeftOut(value, field)) continue;
        put(record, path, field.type === 'instant' && isWithoutZone(String(value)) ? `${String(value)}Z` : value);
      }
      return record;
    },

    warnings(item) {
      const found: Fault[] = [];
      for (const field of fields) {
        const value = valueAt(item, segmentsOf(field.item));
        if (field.type === 'instant' && typeof value === 'string' && isWithoutZone(value)) found.push(zoneMissing(field.item));
        if (field.required !== undefined && field.type === 'text' && value === '' && field.to?.startsWith('/record/') && !field.evenEmpty)
          found.push(textBlank(field.item));
      }
      for (const names of unkept(item, [], known, groups)) {
        if (found.length >= MOST_WARNINGS) break;
        found.push(notKept(names));
      }
      return found;
    },

    back(fault) {
      const field = nearest(kept, fault.pointer);
      if (field) return { ...fault, pointer: field.item, ...(field.fix !== undefined && { fix: field.fix }) };
      // A group of the record (`/record/patient`), or a field of it that no member of the item fills.
      const { pointer, detail } = fault;
      const name = segmentsOf(pointer).slice(1).join('.');
      return { ...fault, pointer: groupOf(kept, pointer), detail: name === '' ? detail : `${detail} (${name} of the record)` };
    },
  };
}

/** `/a/b/c` is in `/a/b`, which is in `/a`. */
const ancestors = (pointer: string): string[] => segmentsOf(pointer).map((_, i, names) => pointerOf(names.slice(0, i)));

function isLeftOut(value: unknown, { evenEmpty }: ItemField): boolean {
  return value === undefined || value === null || (value === '' && !evenEmpty);
}

function put(record: Record<string, unknown>, path: readonly string[], value: unknown): void {
  let node = record;
  for (const name of path.slice(0, -1)) {
    if (!Object.hasOwn(node, name)) node[name] = {};
    node = node[name] as Record<string, unknown>;
  }
  node[path.at(-1) as string] = value;
}

/** The members that say something and of which nothing is kept, in the order of the item. */
function* unkept(node: unknown, names: readonly string[], known: ReadonlySet<string>, groups: ReadonlySet<string>): Generator<string[]> {
  for (const [name, value] of isObject(node) ? Object.entries(node) : []) {
    const path = [...names, name];
    const pointer = pointerOf(path);
    if (known.has(pointer) || isEmpty(value)) continue;
    if (groups.has(pointer) && isObject(value)) yield* unkept(value, path, known, groups);
    else yield path;
  }
}

function notKept(names: readonly string[]): Fault {
  const end = names.findIndex((name) => !isShowable(name));
  const pointer = pointerOf(end < 0 ? names : names.slice(0, end));
  const detail = end < 0 ? 'this member is not kept' : 'a member in here, whose name cannot be shown, is not kept';
  return { pointer, code: 'NOT_KEPT', detail, fix: "Leave it out, or map it to a field of the record with the setting 'fields'." };
}

const zoneMissing = (pointer: string): Fault => ({
  pointer,
  code: 'ZONE_MISSING',
  detail: 'no time zone is given, so it is read as UTC',
  fix: 'Send the instant with Z or with its offset.',
});

const textBlank = (pointer: string): Fault => ({
  pointer,
  code: 'TEXT_BLANK',
  detail: 'the text is empty, so it is left out',
  fix: 'Send what the certificate should say.',
});

/** The member that fills this place, or a place above it. */
function nearest(kept: readonly ItemField[], pointer: string): ItemField | undefined {
  return kept.find(({ to }) => to === pointer) ?? kept.find(({ to }) => isWithin(pointer, to as string));
}

/** Where in the item the members stand that fill a place of the input or its neighbours: their nearest common group. */
function groupOf(kept: readonly ItemField[], pointer: string): string {
  if (pointer === '/identity' || isWithin(pointer, '/identity')) return '/preEnrollmentCode';
  const names = segmentsOf(pointer);
  for (let depth = names.length; depth > 1; depth -= 1) {
    const place = pointerOf(names.slice(0, depth));
    const items = kept
      .filter(({ to, type }) => type !== 'any' && isWithin(to as string, place))
      .map(({ item }) => segmentsOf(item).slice(0, -1));
    const [first, ...others] = items;
    if (!first) continue;
    const common = first.findIndex((name, i) => others.some((other) => other[i] !== name));
    return pointerOf(common < 0 ? first : first.slice(0, common));
  }
  return '';
}
