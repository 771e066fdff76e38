import { hostlessUrl, pinnedContext, VC1_CONTEXT } from './pinned-contexts.js';

/** A term of a JSON-LD context: what it stands for, and the context of what it holds. */
interface Term {
  readonly iri: string;
  readonly context?: Context;
}

type Context = Readonly<Record<string, unknown>>;

/** The terms that are in force at one place of a document. */
export type Scope = ReadonlyMap<string, Term>;

/**
 * The terms at the root of a certificate.
 *
 * Always those of version 2, which holds all of version 1: which one a document names is not signed, so that nothing
 * may depend on it.
 */
export const rootScope = (): Scope => entered(entered(new Map(), pinnedContext(VC1_CONTEXT)), pinnedContext(hostlessUrl('v2')));

/** The scope with the contexts of the node's types (JSON-LD 1.1, 4.1.9), in the order of their terms. */
export function typedScope(scope: Scope, types: readonly string[]): Scope {
  const contexts = types
    .flatMap((type) => namesOf(scope, type))
    .sort()
    .map((name) => scope.get(name)?.context);
  return contexts.reduce<Scope>((current, context) => (context ? entered(current, context) : current), scope);
}

/** The scope inside a member: that of its node without the contexts of types, and the member's own context. */
export function memberScope(scope: Scope, typed: Scope, name: string): Scope {
  const context = typed.get(name)?.context;
  return context ? entered(scope, context) : scope;
}

const names = new WeakMap<Scope, Map<string, string[]>>();

/** All terms that stand for this IRI here. */
export function namesOf(scope: Scope, iri: string): readonly string[] {
  let inverse = names.get(scope);
  if (!inverse) {
    inverse = new Map();
    for (const [name, term] of scope) inverse.set(term.iri, [...(inverse.get(term.iri) ?? []), name]);
    names.set(scope, inverse);
  }
  return inverse.get(iri) ?? [];
}

const entries = new WeakMap<Scope, Map<Context, Scope>>();

/** Kept, because certificates visit the same few places again and again. */
function entered(scope: Scope, context: Context): Scope {
  const known = entries.get(scope) ?? new Map<Context, Scope>();
  entries.set(scope, known);
  const scoped = known.get(context) ?? withContext(scope, context);
  known.set(context, scoped);
  return scoped;
}

function withContext(scope: Scope, context: Context): Scope {
  const definitions = Object.entries(context).filter(([name]) => !name.startsWith('@'));
  const iriOf = (definition: unknown) =>
    typeof definition === 'string' ? definition : (definition as { readonly '@id'?: unknown })?.['@id'];
  const local = new Map(definitions.map(([name, definition]) => [name, iriOf(definition)]));
  const full = (iri: string): string => {
    const colon = iri.indexOf(':');
    const prefix = local.get(iri.slice(0, colon)) ?? scope.get(iri.slice(0, colon))?.iri;
    return colon > 0 && typeof prefix === 'string' && /[#/]$/.test(prefix) ? `${prefix}${iri.slice(colon + 1)}` : iri;
  };
  const terms = new Map(scope);
  for (const [name, definition] of definitions) {
    const iri = iriOf(definition);
    if (typeof iri !== 'string' || iri.startsWith('@')) continue;
    const inner = typeof definition === 'object' ? (definition as { readonly '@context'?: Context })['@context'] : undefined;
    terms.set(name, { iri: full(iri), ...(inner && { context: inner }) });
  }
  return terms;
}
