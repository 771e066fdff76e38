import { isShowable } from '../api/json-pointer.js';
import { refuse } from './errors.js';

/** The parameters of a URL's query. Throws a Refusal (400) when one is given twice or not percent-encoded UTF-8. */
export function parseQuery(url: string): Readonly<Record<string, string>> {
  const start = url.indexOf('?');
  // Without a prototype, so that no name means anything.
  const query: Record<string, string> = Object.create(null);
  if (start < 0) return query;
  for (const piece of url.slice(start + 1).split('&')) {
    if (piece === '') continue;
    const [name, value = ''] = splitAtFirst(piece, '=').map(decode) as [string, string?];
    if (name in query) throw refuse('QUERY_REPEATED', isShowable(name) ? `The query parameter ${name} is given twice.` : undefined);
    query[name] = value;
  }
  return query;
}

function splitAtFirst(text: string, separator: string): string[] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw refuse('QUERY_MALFORMED');
  }
}
