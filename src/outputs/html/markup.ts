/**
 * HTML in which text can never become markup: the template escapes whatever is put into it, unless it is markup itself.
 */

/** A piece of HTML, made by `markup` alone. */
export type Markup = { readonly html: string };

type Part = string | number | Markup | readonly Markup[];

/** `` markup`<td>${name}</td>` ``: strings are text, markup stays, lists of markup are joined. Also right inside quoted attributes. */
export function markup(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  const html = strings.map((literal, index) => (index === 0 ? literal : `${htmlOf(parts[index - 1] ?? '')}${literal}`)).join('');
  return { html };
}

/** HTML that this program wrote itself, e.g. a style sheet: never for anything that came from outside. */
export function trusted(html: string): Markup {
  return { html };
}

/** JSON for a `<script type="application/json">`: nothing in it can end the element or open a comment. */
export function scriptJson(value: unknown): Markup {
  return { html: JSON.stringify(value).replaceAll('<', String.raw`\u003c`) };
}

function htmlOf(part: Part): string {
  if (typeof part === 'number') return String(part);
  if (typeof part === 'string') return escaped(part);
  if (Array.isArray(part)) return (part as readonly Markup[]).map(({ html }) => html).join('');
  return (part as Markup).html;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escaped(text: string): string {
  return text.replace(/[&<>"']/gu, (char) => entities[char] ?? char);
}
