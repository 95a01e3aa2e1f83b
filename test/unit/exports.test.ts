/** Every export has its sentence: shapes, units, ranges, defaults, errors, and the source it follows. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const src = fileURLToPath(new URL('../../src', import.meta.url));

/** An exported class, function, type or constant, or a group of constants; re-exports are described where they come from. */
type Exported = { readonly place: string; readonly isDescribed: boolean };

function exportsOf(file: string): readonly Exported[] {
  const text = readFileSync(join(src, file), 'utf8');
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const subject = text.startsWith('/**') ? basename(file, '.ts').toLowerCase() : null;
  return source.statements.flatMap((statement) => {
    if (!ts.canHaveModifiers(statement) || ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) !== true) return [];
    const { line } = source.getLineAndCharacterOfPosition(statement.getStart());
    const name = /(?:class|function\*?|const|type|interface|let) (\w+)/u.exec(statement.getText())?.[1] ?? '?';
    // What a file is named after is what the sentence at its top is about.
    const isDescribed = name.toLowerCase() === subject || ts.getJSDocCommentsAndTags(statement).length > 0;
    return [{ place: `${file}:${line + 1} ${name}`, isDescribed }];
  });
}

const exported = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .sort()
  .flatMap(exportsOf);

it('finds the exports', () => {
  expect(exported.length).toBeGreaterThan(300);
});

it('describes each', () => {
  expect(exported.filter(({ isDescribed }) => !isDescribed).map(({ place }) => place)).toEqual([]);
});
