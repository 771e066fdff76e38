import { byCodePoint } from '@divoc/core/api';

/**
 * Puts other names in the place of the blank nodes' labels in one line of N-Quads; what looks like a label within a literal
 * stays as it is. Throws an Error for a label that has no name.
 */
export function renamed(line: string, nameOf: (label: string) => string | undefined): string {
  const name = (label: string): string => {
    const found = nameOf(label);
    if (found === undefined) throw new Error('a blank node has no name');
    return `_:${found}`;
  };
  return (
    line
      .replace(/^_:([^\s]+)(?= )/, (_, label: string) => name(label))
      // The object, where it is one: neither IRIs nor labels hold spaces.
      .replace(/^(\S+ \S+ )_:([^\s]+)(?= )/, (_, before: string, label: string) => `${before}${name(label)}`)
      // The graph: a literal in this place would end in a quote, a language or a datatype.
      .replace(/^(\S+ \S+ .+ )_:([A-Za-z0-9_-]+)(?= \.$)/, (_, before: string, label: string) => `${before}${name(label)}`)
  );
}

/** The labels of the blank nodes in lines of N-Quads. */
export function labelsOf(lines: readonly string[]): ReadonlySet<string> {
  const labels = new Set<string>();
  for (const line of lines)
    renamed(line, (label) => {
      labels.add(label);
      return label;
    });
  return labels;
}

/** Lines in the order of their code points. */
export const sorted = (lines: Iterable<string>): readonly string[] => [...lines].sort(byCodePoint);
