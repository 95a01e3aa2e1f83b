/** Every export has its sentence: shapes, units, ranges, defaults, errors, and the source it follows. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const src = fileURLToPath(new URL('../../src', import.meta.url));

/** An exported class, function, type or constant, or a group of constants; re-exports are described where they come from. */
type Exported = { readonly place: string; readonly isDescribed: boolean };

/** As everything here is written: an export begins its line, its sentence ends on the line above. The compiler would take a second to be loaded. */
function exportsOf(file: string): readonly Exported[] {
  const text = readFileSync(join(src, file), 'utf8');
  const subject = text.startsWith('/**') ? basename(file, '.ts').toLowerCase() : null;
  return [...text.matchAll(/(\*\/\n(?:\/\/.*\n)?)?^export (?:default |declare |abstract |async )*(?:class|function\*?|const|let|type|interface) (\w+|\{)/gmu)].flatMap(({ index, 1: sentence, 2: name = '?' }) => {
    const line = text.slice(0, index + (sentence?.length ?? 0)).split('\n').length;
    // What a file is named after is what the sentence at its top is about.
    const isDescribed = name.toLowerCase() === subject || (sentence !== undefined && text.lastIndexOf('/**', index) > text.lastIndexOf('*/', index - 1));
    return name === '{' ? [] : [{ place: `${file}:${line} ${name}`, isDescribed }];
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
