import { contexts } from '@digitalbazaar/credentials-context';
import { type } from './fixture.js';

/** The IRI of a member, read from the contexts themselves. */
export function iri(path: readonly string[]): string | undefined {
  const v2 = (contexts.get('https://www.w3.org/ns/credentials/v2') as { '@context': Scope })['@context'];
  const own = type.document['@context'] as Scope;
  const [first, ...rest] = path as [string, ...string[]];
  const scope =
    first === 'credentialSubject' && rest.length > 0
      ? own
      : first === 'proof' && rest.length > 0
        ? scoped(v2.DataIntegrityProof)
        : scoped(v2.VerifiableCredential);
  const names = rest.length > 0 && scope !== scoped(v2.VerifiableCredential) ? rest : [first];
  const parent = names.slice(0, -1).reduce<Scope>((current, name) => scoped(current[name]), scope);
  const term = parent[names.at(-1) as string] as { '@id'?: string } | undefined;
  return term?.['@id'];
}

type Scope = Record<string, unknown>;
const scoped = (term: unknown): Scope => ((term as { '@context'?: Scope } | undefined)?.['@context'] ?? {}) as Scope;
