/** Files that documentation and comments name are there. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const filesIn = (folder: string): readonly string[] => readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).filter((name) => !/node_modules|\.venv/u.test(name)).map((name) => `${folder}/${name}`);
const ours = ['src', 'test', 'bench', 'locust', 'examples'].flatMap(filesIn);
const names = new Set(ours.map((path) => basename(path)));

it('names no file of src, test, bench or locust in the docs that is not there', () => {
  const pages = ['README.md', 'CONTRIBUTING.md', ...filesIn('docs').filter((name) => name.endsWith('.md'))];
  const lost = pages.flatMap((page) => [...readFileSync(join(root, page), 'utf8').matchAll(/`((?:src|test|bench|locust)\/[\w./-]+\.(?:ts|mjs|py))`/gu)].flatMap(([, path = '']) => (ours.includes(path) ? [] : [`${page}: ${path}`])));
  expect(lost).toEqual([]);
});

it('names no file in a comment of src that is not there', () => {
  const lost = ours
    .filter((path) => path.startsWith('src/') && path.endsWith('.ts'))
    .flatMap((path) => {
      const comments = readFileSync(join(root, path), 'utf8').match(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gmu) ?? [];
      // Camel case: files of ours; not `scenario.ts`, `a.ts` and others that stand for a user's.
      return comments.flatMap((comment) => [...comment.matchAll(/(?<![\w/.-])(?:[a-z]\w*\/)*([a-z]+[A-Z]\w*\.ts)\b/gu)].flatMap(([, name = '']) => (names.has(name) ? [] : [`${path}: ${name}`])));
    });
  expect(lost).toEqual([]);
});
