import type { Knex } from 'knex';
import type { ReissuedPage, ReissueOptions } from '../../internal/index.js';
import type { ListedCertificate } from './certificate-store.js';
import { type FormKey, formKey, keyIdOf } from './form-keys.js';
import type { Issuing } from './issuing.js';
import type { Reseal, ResealIntent, ResealStore } from './reseal-store.js';
import { sealForms } from './seal-forms.js';

export interface Reissuing extends Omit<Issuing, 'lists'> {
  readonly reseals: ResealStore;
}

/** A form whose newest seal is of a revoked key. */
interface Due {
  readonly certificate: ListedCertificate;
  readonly form: string;
  readonly revokedKey: string;
}

/** What it is to be sealed with: the manifest's name of its format, and that one's key now. */
interface Planned extends Due {
  readonly instance: string;
  readonly key: FormKey;
}

interface Intended extends Planned {
  readonly reseal: ResealIntent;
}

interface Resealed extends Intended {
  readonly credential: unknown;
}

/** Certificates of one page, whose intents are one transaction, and whose seals are another. */
const PAGE = 100;
const ACTOR = 'certificates';

/**
 * Goes through one page of certificates and seals anew those forms that a revoked key had sealed: the same certificate, with
 * the key that is active now. Those that have ended stay as they are.
 *
 * As with issuing, a crash between any two steps is harmless, and so are two processes at once: the intents fix what the new
 * seals depend on, whoever comes next takes them up, and one seal of each is kept. What cannot be sealed holds up nothing.
 */
export async function reissuePage(
  reissuing: Reissuing,
  { key, after = '', limit = PAGE, dryRun = false }: ReissueOptions,
): Promise<ReissuedPage> {
  const { storage, store, signer } = reissuing;
  const revoked = (await signer.keys()).filter((known) => known.revoked !== undefined).map(({ id }) => id);
  const keys = new Set(key === undefined ? revoked : revoked.filter((id) => id === key));
  const listed = await store.listed(storage.knex, after, limit);
  const last = listed.length === limit ? listed.at(-1) : undefined;
  const { due, before, ended } = await dueOf(reissuing, storage.knex, listed, keys);
  const result = { ...(last && { next: last.row.id }), looked: listed.length, ended };
  const all = new Set(due.map(idOf));
  if (dryRun || due.length === 0) return { ...result, reissued: all.size, before, failed: {} };

  const failures = new Map<string, string>();
  const fail = (one: Due, error: unknown): void => {
    const { code, name } = error as Error & { code?: unknown };
    if (!failures.has(idOf(one))) failures.set(idOf(one), typeof code === 'string' ? code : name);
  };
  const planned = await plan(reissuing, due, fail);
  const intended = await recordIntents(reissuing, planned, keys);
  const sealed: Resealed[] = [];
  for (const one of intended) {
    const credential = await seal(reissuing, one).catch((error) => fail(one, error));
    if (credential !== undefined) sealed.push({ ...one, credential });
  }
  const reissued = await keep(reissuing, sealed);
  const failed: Record<string, number> = {};
  for (const code of failures.values()) failed[code] = (failed[code] ?? 0) + 1;
  const meanwhile = [...all].filter((id) => !reissued.has(id) && !failures.has(id)).length;
  return { ...result, reissued: reissued.size, before: before + meanwhile, failed };
}

const idOf = ({ certificate }: Due): string => certificate.row.id;

/** Which forms these keys have sealed last; of how many certificates they had, and another key has since; and how many have ended. */
async function dueOf(
  { reseals, statuses, clock }: Reissuing,
  db: Knex,
  listed: readonly ListedCertificate[],
  keys: ReadonlySet<string>,
): Promise<{ due: readonly Due[]; before: number; ended: number }> {
  const ids = listed.map(({ row }) => row.id);
  const [known, over] = [await reseals.of(db, ids), await statuses.ended(db, ids)];
  const now = clock.now().getTime();
  const due: Due[] = [];
  let [before, ended] = [0, 0];
  for (const certificate of listed) {
    const { row, forms } = certificate;
    const used = forms.map((form) => ({ form, keyIds: keysOf(certificate, form, known) }));
    const ofRevoked = used.filter(({ keyIds }) => keys.has(keyIds.at(-1) as string));
    const { validUntil } = row.intent;
    if (ofRevoked.length === 0) before += used.some(({ keyIds }) => keyIds.some((id) => keys.has(id))) ? 1 : 0;
    else if (over.has(row.id) || (validUntil !== undefined && Date.parse(validUntil) < now)) ended += 1;
    else due.push(...ofRevoked.map(({ form, keyIds }) => ({ certificate, form, revokedKey: keyIds.at(-1) as string })));
  }
  return { due, before, ended };
}

/** The keys that have sealed a form, one after another. */
function keysOf({ row: { id, intent } }: ListedCertificate, form: string, known: readonly Reseal[]): readonly string[] {
  const { verificationMethod } = intent.keys?.[form] ?? intent;
  const later = known.filter((seal) => seal.id === id && seal.form === form && seal.isStored).map(({ keyId }) => keyId);
  return [keyIdOf(verificationMethod), ...later];
}

/** The key of each form as it is now; what has none fails alone. */
async function plan(reissuing: Reissuing, due: readonly Due[], fail: (one: Due, error: unknown) => void): Promise<readonly Planned[]> {
  const { signer, did, forms } = reissuing;
  const known = new Map<string, Promise<FormKey>>();
  const planned: Planned[] = [];
  for (const one of due) {
    try {
      const instance = await instanceOf(reissuing, one);
      if (!known.has(instance)) known.set(instance, formKey(signer, did, forms.format(instance)));
      planned.push({ ...one, instance, key: (await known.get(instance)) as FormKey });
    } catch (error) {
      fail(one, error);
    }
  }
  return planned;
}

/** Instances are renamed, and what was stored before forms had names has none: then the credential is looked at. */
async function instanceOf({ forms, store, storage }: Reissuing, { certificate: { row }, form }: Due): Promise<string> {
  const named = forms.instanceOf({ form, credential: {} });
  if (named !== undefined) return named;
  const primary = await store.certificate(storage.knex, row.id);
  const stored = [...(primary ? [primary] : []), ...(await store.otherForms(storage.knex, row.id))];
  const found = stored.find((one) => (one.form ?? '') === form);
  const instance = found && forms.instanceOf(found as Parameters<typeof forms.instanceOf>[0]);
  if (instance !== undefined) return instance;
  throw Object.assign(new Error(`no format of the manifest reads the form ${form}`), { code: 'FORMAT_MISSING' });
}

/**
 * The intent of each new seal, in one transaction with its audit entry: one that was recorded before with the same key, or a
 * new one. What another process has sealed in the meantime is left out.
 */
async function recordIntents(reissuing: Reissuing, planned: readonly Planned[], keys: ReadonlySet<string>): Promise<readonly Intended[]> {
  if (planned.length === 0) return [];
  const { storage, reseals, audit, clock, log } = reissuing;
  const recorded = await storage.transaction(async (trx) => {
    const known = await reseals.of(trx, [...new Set(planned.map(idOf))]);
    const created = clock.now().toISOString();
    const [intended, added]: [Intended[], ResealIntent[]] = [[], []];
    for (const one of planned) {
      const [id, { form, key }] = [idOf(one), one];
      if (!keys.has(keysOf(one.certificate, form, known).at(-1) as string)) continue;
      const ofIt = known.filter((seal) => seal.id === id);
      const open = ofIt.filter((seal) => seal.form === form && !seal.isStored).at(-1);
      const isSame = open?.intent.verificationMethod === key.verificationMethod;
      const version = (ofIt.at(-1)?.version ?? 0) + 1;
      const reseal = isSame ? open : { id, version, form, keyId: keyIdOf(key.verificationMethod), intent: { ...key, created } };
      intended.push({ ...one, reseal });
      if (!isSame) added.push(reseal);
    }
    await reseals.addIntents(trx, added);
    if (added.length > 0) {
      const detail = { certificates: [...new Set(added.map(({ id }) => id))], keys: [...new Set(added.map(({ keyId }) => keyId))] };
      await audit.append(trx, { actor: ACTOR, action: 'certificates.reissue-intended', subject: 'certificates', detail });
    }
    log.debug({ stage: 'reissue.intending', forms: added.length }, 'recording the intents of new seals');
    return intended;
  });
  log.debug({ stage: 'reissue.intended', forms: recorded.length }, 'intents of new seals recorded');
  return recorded;
}

/** A pure function of the first intent, what has taken the place of its key and instant, and the key. */
async function seal(reissuing: Reissuing, { certificate: { row }, instance, reseal }: Intended): Promise<unknown> {
  const { keys: _, ...first } = row.intent;
  const [sealed] = await sealForms(reissuing, { ...row, forms: [instance], intent: { ...first, ...reseal.intent } });
  return sealed?.credential;
}

/** Stores the seals that nobody else has stored, with an audit entry for each certificate. The ids of these. */
async function keep(reissuing: Reissuing, sealed: readonly Resealed[]): Promise<ReadonlySet<string>> {
  if (sealed.length === 0) return new Set();
  const { storage, reseals, audit, clock, log } = reissuing;
  const kept = await storage.transaction(async (trx) => {
    const known = await reseals.of(trx, [...new Set(sealed.map(idOf))]);
    const stored = new Set(known.filter(({ isStored }) => isStored).map(nameOf));
    const fresh = sealed.filter(({ reseal }) => !stored.has(nameOf(reseal)));
    await reseals.add(
      trx,
      fresh.map(({ reseal, credential }) => ({ ...reseal, credential })),
      clock.now().toISOString(),
    );
    await audit.appendAll(trx, entriesOf(fresh));
    log.debug({ stage: 'reissue.storing', forms: fresh.length }, 'storing new seals');
    return new Set(fresh.map(idOf));
  });
  log.debug({ stage: 'reissue.stored', certificates: kept.size }, 'new seals stored');
  return kept;
}

const nameOf = ({ id, version, form }: ResealIntent): string => `${id} ${version} ${form}`;

/** One entry for the forms of a certificate that were sealed anew together: names of forms and keys, and nothing else. */
function entriesOf(fresh: readonly Resealed[]) {
  const together = new Map<string, Resealed[]>();
  for (const one of fresh) {
    const name = `${idOf(one)} ${one.reseal.version}`;
    together.set(name, [...(together.get(name) ?? []), one]);
  }
  return [...together.values()].map((seals) => {
    const [{ reseal }] = seals as [Resealed];
    const detail = {
      seal: reseal.version,
      forms: seals.map(({ instance }) => instance),
      revokedKeys: [...new Set(seals.map(({ revokedKey }) => revokedKey))],
      keys: [...new Set(seals.map((one) => one.reseal.keyId))],
    };
    return { actor: ACTOR, action: 'certificate.reissued', subject: reseal.id, detail };
  });
}
