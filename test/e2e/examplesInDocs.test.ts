/** What docs/protocols.md shows is what the tests run: each snippet stands in the file that is named above it. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { projectDir } from '../../locust/demo/paths.ts';

type Snippet = { readonly file: string; readonly text: string };

const page = readFileSync(join(projectDir, 'docs/protocols.md'), 'utf8');

const snippets: readonly Snippet[] = Array.from(
  page.matchAll(/<!-- from (\S+) -->\n```(?:ts|python)\n(.*?)\n```\n/gsu),
  ([, file = '', text = '']) => ({ file, text }),
);

const testsOfExamples = readdirSync(join(projectDir, 'test/e2e'))
  .filter((name) => name.startsWith('examples'))
  .map((name) => readFileSync(join(projectDir, 'test/e2e', name), 'utf8'))
  .join('\n');

test('every snippet of code on the page names its file', () => {
  expect(snippets.length).toBeGreaterThan(10);
  expect(page.match(/^```(?:ts|python)$/gmu)).toHaveLength(snippets.length);
});

test.each(snippets)('$file has what the page shows of it, and is run by a test', ({ file, text }) => {
  expect(withoutIndent(readFileSync(join(projectDir, file), 'utf8'))).toContain(withoutIndent(text));
  expect(testsOfExamples).toContain(`'${file}'`);
});

test('every link on the page leads to a file', () => {
  const links = Array.from(page.matchAll(/\]\(\.\.\/([^)]+)\)/gu), ([, path = '']) => path);
  expect(links.length).toBeGreaterThan(5);
  for (const path of links) expect(readFileSync(join(projectDir, path), 'utf8')).not.toBe('');
});

/** The page shows methods from the left margin on. */
function withoutIndent(text: string): string {
  return text.replaceAll(/^ +/gmu, '');
}
