/** A table as Markdown has it, its columns aligned in the text; cells that are numbers throughout stand at the right. */
export function markdownTable(head, rows) {
  const lines = [head, ...rows].map((cells) => cells.map(String));
  const widths = head.map((_, column) => Math.max(3, ...lines.map((cells) => cells[column].length)));
  const isNumber = (column) => lines.slice(1).every((cells) => /^[\d.,]+( ×)?$|^–$|^$/.test(cells[column]));
  const pad = (text, column) => (isNumber(column) ? text.padStart(widths[column]) : text.padEnd(widths[column]));
  const rule = widths.map((width, column) => (isNumber(column) ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width)));
  return [lines[0], rule, ...lines.slice(1)].map((cells) => `| ${cells.map(pad).join(' | ')} |`).join('\n');
}
