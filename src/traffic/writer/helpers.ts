/** Functions that a scenario has at its end when it needs them: what `src/traffic/formFields.ts` and its like find in a recording, they find in an answer. */
import type { Helper } from '../steps/sources.ts';

/** In this order. */
const texts: Readonly<Record<Helper | 'secret', string>> = {
  field: `/** The value of a form's field, or the content of a meta element. */
function field(html: string, name: string): string {
  const valueOf = (tag: string, attribute: string) => {
    const [, doubly, singly, bare] = new RegExp(\`\\\\s\${attribute}\\\\s*=\\\\s*(?:"([^"]*)"|'([^']*)'|([^\\\\s"'>]+))\`, 'i').exec(tag) ?? [];
    return doubly ?? singly ?? bare;
  };
  const tags = html.match(/<(?:input|meta|button)\\b[^>]*>/gi) ?? [];
  const value = tags.filter((tag) => valueOf(tag, 'name') === name).map((tag) => valueOf(tag, 'value') ?? valueOf(tag, 'content')).find((text) => text);
  if (value === undefined) return missing(\`field \${name}\`);
  const entities: Record<string, string> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"' };
  return value.replace(/&(?:amp|lt|gt|quot|#x?[\\da-f]+);/gi, (entity) => entities[entity.toLowerCase()] ?? String.fromCodePoint(Number(entity.replace(/^&#x/i, '0x').replace(/^&#/, '').replace(';', ''))));
}`,
  cut: `/** What stands between two texts. */
function cut(text: string, left: string, right: string): string {
  const start = text.indexOf(left);
  const end = right === '' ? text.length : text.indexOf(right, start + left.length);
  return start < 0 || end < 0 ? missing(\`text after \${left}\`) : text.slice(start + left.length, end);
}`,
  missing: `function missing(what: string): never {
  throw new Error(\`the answer has no \${what}\`);
}`,
  secret: `function secret(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(\`set \${name} before the run: -e \${name}=…, or --env-file\`);
  return value;
}`,
};

/** The text of those that are needed. */
export function helperTexts(needed: ReadonlySet<Helper | 'secret'>): readonly string[] {
  return Object.entries(texts).flatMap(([name, text]) => (([...needed] as readonly string[]).includes(name) ? [text] : []));
}
