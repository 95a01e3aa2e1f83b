import { transform } from 'esbuild';
import { withWrittenNames } from '../../../src/compile/bundle.ts';

/** As scenarios are compiled. */
async function compiled(source: string): Promise<string> {
  const { code } = await transform(source, { loader: 'ts', format: 'esm', target: 'node20', sourcemap: 'inline', sourcesContent: false });
  return withWrittenNames(code);
}

const mark = 'const task = (method: unknown, context: unknown): void => void [method, context];';

/** First lines of the trace of what `call` throws. */
async function traceOf(source: string): Promise<string[]> {
  const { failed } = (await import(`data:text/javascript,${encodeURIComponent(await compiled(source))}`)) as { failed: Error };
  return (failed.stack ?? '').split('\n').flatMap((line) => /^ +at (?:async )?((?:new |get |set )?[\w.#]+(?: #\w+)?) /u.exec(line)?.[1] ?? []);
}

it('a class that names itself, and its private methods and accessors, have the names that were written', async () => {
  const names = await traceOf(`${mark}
    class AutopushUser {
      static made = 0;
      @task post() { AutopushUser.made += 1; this.#postNotification(); }
      #postNotification() { void this.#secret; }
      get #secret() { throw new Error('no'); }
      hand_fn() { return 1; }
    }
    export let failed;
    try { new AutopushUser().post(); } catch (error) { failed = error; }
    export const { name } = AutopushUser;`);
  expect(names.filter((name) => !name.startsWith('__')).slice(0, 3)).toEqual(['AutopushUser.get #secret', 'AutopushUser.#postNotification', 'AutopushUser.post']);
});

it('what a scenario itself calls so is left alone', async () => {
  const source = 'class _Base {\n}\nvar _Other = class _Other {\n};\nlet pay_fn;\npay_fn = function() {\n};\nexport {\n  _Base,\n  _Other,\n  pay_fn\n};\n';
  expect(withWrittenNames(source)).toBe(source);
});

it('keeps every line, and the comment that leads to the map at the end', async () => {
  const code = 'var _Shopper = class _Shopper {\n  a() {\n  }\n};\npay_fn = async function() {\n};\n__privateMethod(a, b, pay_fn);\nvar Shopper = _Shopper;\n//# sourceMappingURL=scenario0.mjs.map\n';
  const named = withWrittenNames(code).split('\n');
  expect(named[0]).toBe('var _Shopper = class  Shopper {');
  expect(named.slice(1, 8)).toEqual(code.split('\n').slice(1, 8));
  expect(named.slice(8)).toEqual(["for (const [method, value] of [[pay_fn, '#pay']]) Object.defineProperty(method, 'name', { value });", '//# sourceMappingURL=scenario0.mjs.map', '']);
});
