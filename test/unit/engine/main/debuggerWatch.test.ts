import { DebuggerWatch } from '../../../../src/engine/main/standstill.ts';

it('excuses while the inspector listens, also one that was opened later, and says so once', () => {
  const said: string[] = [];
  let url: string | undefined;
  const watch = new DebuggerWatch((level, text) => said.push(`${level}: ${text}`), () => url);
  expect(watch.excuses()).toBe(false);
  url = 'ws://127.0.0.1:9229/0f2c';
  expect([watch.excuses(), watch.excuses()]).toEqual([true, true]);
  url = undefined;
  expect(watch.excuses()).toBe(false);
  expect(said).toEqual(['warning: a load thread stands still while the inspector listens at 127.0.0.1:9229: it may be at a breakpoint, so no thread is called blocked or replaced']);
});

it('asks the process itself', () => {
  expect(new DebuggerWatch(() => undefined).excuses()).toBe(false);
});
