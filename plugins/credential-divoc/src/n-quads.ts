/** A statement of the default graph. Nodes are an IRI, or `_:` and a label. */
export interface Statement {
  readonly subject: string;
  readonly predicate: string;
  readonly object: { readonly node: string } | { readonly text: string; readonly datatype: string };
}

const NODE = '<([^>]*)>|(_:\\S+)';
const LITERAL = '"((?:[^"\\\\]|\\\\.)*)"(?:\\^\\^<([^>]*)>|@\\S+)?';
const QUAD = new RegExp(`^(?:${NODE}) <([^>]*)> (?:${NODE}|${LITERAL})( (?:${NODE}))? \\.$`, 's');

/**
 * The statements of canonical N-Quads, as DIVOC's libraries wrote them: IRIs as they are, and four escapes in literals.
 *
 * The library's own parser takes no IRI with a space. Throws an Error for a line that is no statement.
 */
export function statementsIn(nQuads: string): Statement[] {
  return nQuads.split('\n').flatMap((line) => {
    if (line === '') return [];
    const found = QUAD.exec(line);
    if (!found) throw new Error('A line is no statement.');
    const [, iri, label, predicate = '', objectIri, objectLabel, literal = '', datatype = '', graph] = found;
    if (graph !== undefined) return [];
    const node = objectIri ?? objectLabel;
    const object = node === undefined ? { text: unescaped(literal), datatype } : { node };
    return [{ subject: (iri ?? label) as string, predicate, object }];
  });
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', '"': '"', '\\': '\\' };

const unescaped = (text: string): string => text.replace(/\\(.)/gs, (_, letter: string) => ESCAPES[letter] ?? letter);
