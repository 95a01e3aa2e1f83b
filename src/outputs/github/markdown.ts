/** Markdown as GitHub reads it, of texts that may hold anything. */

/** Longer texts are cut: a step summary holds 1 MiB. */
const mostCharacters = 200;

export type Column = { readonly head: string; readonly isNumber: boolean };

/** Text that shows as it is, on one line, also in a cell of a table. */
export function markdownText(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();
  const characters = Array.from(line);
  const short = characters.length > mostCharacters ? `${characters.slice(0, mostCharacters).join('')}…` : line;
  // As entities, since a backslash does not keep GitHub from linking @names and addresses.
  return short.replace(/[&<>\\`*_[\]#|~@:]/gu, (sign) => `&#${sign.charCodeAt(0)};`);
}

/** A table; cells are Markdown already, numbers stand at the right. */
export function markdownTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const heads = columns.map(({ head }) => head);
  const rule = columns.map(({ isNumber }) => (isNumber ? '---:' : '---'));
  return [heads, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
