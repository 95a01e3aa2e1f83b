import { namedOutput } from '../../../src/outputs/namedOutput.ts';
import { aResult, aStart } from './runExamples.ts';

const nothing = (): Promise<Record<string, unknown>> => Promise.reject(new Error('nothing is to be loaded'));

test.each([
  ['csv', 'out/run', ['out/run_stats.csv', 'out/run_stats_history.csv', 'out/run_failures.csv', 'out/run_exceptions.csv']],
  ['json', 'out/run', ['out/run.json']],
  ['junit', 'out/run.xml', ['out/run.xml']],
  ['summary', 'out/run.json', ['out/run.json']],
])('-o %s=%s writes %j', async (name, argument, files) => {
  expect((await namedOutput(name, argument, nothing)).files?.()).toEqual(files);
});

test('html and github are known too', async () => {
  expect(await namedOutput('html', 'a.html', nothing)).toHaveProperty('onStop');
  expect(await namedOutput('github', null, nothing)).toHaveProperty('onStop');
});

test.each([
  ['junt', 'x', '-o junt: no such output; did you mean junit? There are csv, json, html, junit, summary, github, and your own by its path, such as ./output.ts'],
  ['toString', null, '-o toString: no such output. There are csv'],
  ['csv', null, '-o csv expects where to write: -o csv=PREFIX'],
  ['github', 'x', '-o github takes no argument, got "x"'],
])('-o %s with %j is refused', async (name, argument, text) => {
  await expect(namedOutput(name, argument, nothing)).rejects.toMatchObject({ code: 'usage', message: expect.stringContaining(text) as unknown });
});

test('a module\'s default export is an output, or makes one of the argument', async () => {
  const own = { onStop: () => 7 };
  const loaded: string[] = [];
  const load = (exported: unknown) => async (path: string) => {
    loaded.push(path);
    return { default: exported };
  };
  expect(await (await namedOutput('./own.ts', null, load(own))).onStop?.(aResult())).toBe(7);
  expect(await namedOutput('own.mjs', 'db=1', load(async (argument: string) => ({ onEvent: () => argument })))).toHaveProperty('onEvent');
  expect(loaded).toEqual([`${process.cwd()}/own.ts`, `${process.cwd()}/own.mjs`]);
});

test.each([
  [undefined, 'its default export is undefined'],
  [{ onEnd: () => undefined }, 'its default export is { onEnd: [Function: onEnd] }'],
  [{ onStart: 1, onStop: () => undefined }, 'its default export is { onStart: 1'],
  [() => 7, 'its default export returned 7'],
])('a module with %p instead is refused', async (exported, text) => {
  await expect(namedOutput('./own.ts', null, async () => ({ default: exported }))).rejects.toThrow(`-o ./own.ts: ${text}`);
});

test('what such a module throws says which output, which method and where', async () => {
  const own = { onStart: () => { throw new Error('no database'); }, onStop: () => Promise.reject(new TypeError('fetch failed')) };
  const output = await namedOutput('./own.ts', null, async () => ({ default: own }));
  expect(() => output.onStart?.(aStart())).toThrow(/^-o \.\/own\.ts: onStart threw Error: no database at .*namedOutput\.tests\.ts:\d+:\d+/u);
  await expect(output.onStop?.(aResult())).rejects.toMatchObject({ code: 'output', message: expect.stringContaining('-o ./own.ts: onStop threw TypeError: fetch failed') as unknown });
});
