import { canonicalJson } from './canonical-json.js';
import { isStatusEntry, isStatusListSubject } from './status-rules.js';
import { idOf, isInstant, isObject, isText, isUrl, listOf } from './vc-members.js';
import { VC_CONTEXT } from './vc-sealing.js';

/** The first context of credentials of 2019 and 2022 (https://www.w3.org/TR/vc-data-model-1.1/#contexts). */
export const VC1_CONTEXT = 'https://www.w3.org/2018/credentials/v1';

type Document = Readonly<Record<string, unknown>>;
type Rule = (value: unknown, document: Document) => boolean;
type Rules = Readonly<Record<string, Rule>>;

/** Rules of https://www.w3.org/TR/vc-data-model-2.0/ and of 1.1 that can be told without JSON-LD. */
const SHARED: Rules = {
  id: optional(isUrl),
  issuer: (value) => idOf(value) !== undefined && isNamed(value),
  credentialSubject: areSubjects,
  termsOfUse: optional((value) => oneOrMore(value, isTyped)),
  evidence: optional((value) => oneOrMore(value, isTyped)),
  credentialSchema: optional((value) => oneOrMore(value, (entry) => isTyped(entry) && isUrl((entry as Document).id))),
  proof: optional((value) => oneOrMore(value, isTyped)),
};

const VERSION_2: Rules = {
  '@context': contextsAfter(VC_CONTEXT),
  type: typesWith('VerifiableCredential'),
  ...SHARED,
  name: optional(isLanguageText),
  description: optional(isLanguageText),
  validFrom: optional(isInstant),
  validUntil: optional((value, { validFrom }) => isInstant(value) && !isAfter(validFrom, value)),
  credentialSubject: (value, document) => areSubjects(value) && isStatusListSubject(value, document.type),
  credentialStatus: optional((value) => oneOrMore(value, isStatus)),
  refreshService: optional((value) => oneOrMore(value, isTyped)),
  renderMethod: optional((value) => oneOrMore(value, isTyped)),
  confidenceMethod: optional((value) => oneOrMore(value, isTyped)),
  relatedResource: optional(isResourceList),
};

const VERSION_1: Rules = {
  '@context': contextsAfter(VC1_CONTEXT),
  type: typesWith('VerifiableCredential'),
  ...SHARED,
  issuanceDate: isInstant,
  expirationDate: optional((value, { issuanceDate }) => isInstant(value) && !isAfter(issuanceDate, value)),
  credentialStatus: optional((value) => oneOrMore(value, (entry) => isTyped(entry) && isUrl((entry as Document).id))),
  refreshService: optional((value) => oneOrMore(value, (entry) => isTyped(entry) && isUrl((entry as Document).id))),
};

const PRESENTATION: Rules = {
  '@context': (value) => contextsAfter(VC_CONTEXT)(value, {}) || contextsAfter(VC1_CONTEXT)(value, {}),
  id: optional(isUrl),
  type: typesWith('VerifiablePresentation'),
  holder: optional((value) => idOf(value) !== undefined),
  verifiableCredential: optional((value) => (Array.isArray(value) && value.length === 0) || oneOrMore(value, isObject)),
  termsOfUse: optional((value) => oneOrMore(value, isTyped)),
  proof: optional((value) => oneOrMore(value, isTyped)),
};

/** The JSON Pointer of the first member of a credential that breaks a rule of its version, or undefined when all are kept. */
export function brokenCredentialRule(document: Document): string | undefined {
  return firstBroken(document, listOf(document['@context'])[0] === VC1_CONTEXT ? VERSION_1 : VERSION_2);
}

/** The same for a presentation; the credentials in it have rules of their own. */
export function brokenPresentationRule(document: Document): string | undefined {
  return firstBroken(document, PRESENTATION);
}

/** From when to when a credential of either version says that it holds, RFC 3339. */
export function validityOf(document: Document): { readonly validFrom?: string; readonly validUntil?: string } {
  const isFirst = listOf(document['@context'])[0] === VC1_CONTEXT;
  const [from, until] = isFirst ? [document.issuanceDate, document.expirationDate] : [document.validFrom, document.validUntil];
  return { ...(isInstant(from) && { validFrom: from }), ...(isInstant(until) && { validUntil: until }) };
}

/** A moment at which a credential holds by what it says: it may be about the past or the future. `created`: if it says nothing. */
export function momentOfValidity(document: Document, created: string): Date {
  const { validFrom, validUntil } = validityOf(document);
  const hasEnded = validUntil !== undefined && Date.parse(validUntil) < Date.parse(created);
  return new Date(validFrom ?? (hasEnded ? validUntil : created));
}

function firstBroken(document: Document, rules: Rules): string | undefined {
  const broken = Object.entries(rules).find(([name, rule]) => !rule(document[name], document));
  return broken ? `/${broken[0]}` : idsOf(document).every(isUrl) ? undefined : '/id';
}

/** Every `id` in a document, at whatever depth: each is one URL (4.4). */
function idsOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value.flatMap(idsOf);
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, member]) => (name === 'id' ? [member] : name === '@context' ? [] : idsOf(member)));
}

function areSubjects(value: unknown): boolean {
  return oneOrMore(value, (entry) => isObject(entry) && Object.keys(entry).length > 0);
}

function contextsAfter(first: string): Rule {
  return (value) => Array.isArray(value) && value[0] === first && value.every((entry) => isUrl(entry) || isObject(entry)) && isSet(value);
}

function typesWith(type: string): Rule {
  return (value) => listOf(value).includes(type) && listOf(value).every(isText) && isSet(listOf(value));
}

/** Contexts are an ordered set and types an unordered one (4.3, 4.5): nothing stands there twice. */
const isSet = (values: readonly unknown[]): boolean => new Set(values.map((value) => canonicalJson(value))).size === values.length;

function optional(rule: Rule): Rule {
  return (value, document) => value === undefined || rule(value, document);
}

const oneOrMore = (value: unknown, rule: (entry: unknown) => boolean): boolean =>
  Array.isArray(value) ? value.length > 0 && value.every(rule) : rule(value);

const isTyped = (value: unknown): boolean => isObject(value) && oneOrMore(value.type, isText);

const isStatus = (value: unknown): boolean => isTyped(value) && isStatusEntry(value as Document);

/** A text, a language value object, or several of these (4.6, 11.1). */
function isLanguageText(value: unknown): boolean {
  return oneOrMore(value, (entry) => {
    if (typeof entry === 'string') return true;
    if (!isObject(entry) || typeof entry['@value'] !== 'string') return false;
    const { '@value': _, '@language': language, '@direction': direction, ...others } = entry;
    const isTagged = language === undefined || (typeof language === 'string' && /^[a-z]{1,8}(-[a-z0-9]{1,8})*$/i.test(language));
    const isDirected = direction === undefined || direction === null || direction === 'ltr' || direction === 'rtl';
    return isTagged && isDirected && Object.keys(others).length === 0;
  });
}

function isNamed(value: unknown): boolean {
  if (!isObject(value)) return true;
  return [value.name, value.description].every((text) => text === undefined || isLanguageText(text));
}

/** 5.3: each names another resource, with a digest of it. */
function isResourceList(value: unknown): boolean {
  const ids = listOf(value).map((entry) => (isObject(entry) ? entry.id : undefined));
  return (
    new Set(ids).size === ids.length &&
    oneOrMore(value, (entry) => isObject(entry) && isUrl(entry.id) && (isText(entry.digestSRI) || isText(entry.digestMultibase)))
  );
}

const isAfter = (a: unknown, b: unknown): boolean => isInstant(a) && isInstant(b) && Date.parse(a) > Date.parse(b);
