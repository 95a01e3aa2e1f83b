import { harmless, harmlessLog, withoutOrders } from '../../../src/util/harmless.ts';

/** What GitHub's runner takes for a command (actions/runner, ActionCommand.cs): it trims, and finds `##[` anywhere. */
function isOrder(text: string): boolean {
  return text.split(/\r\n|\r|\n/u).some((line) => line.trim().startsWith('::') || /##\w*\[/u.test(line));
}

const orders = ['::add-mask::x', ' \t\u00a0\u3000::stop-commands::x', 'a\n::error::x', 'a\r\n ::error::x', 'a\r::error::x', '##[add-mask]x', 'text ###[group]', '##vso[task.setvariable variable=PATH]x', '##teamcity[buildStop]', ':::x', '\u001b[31m::x'];

it.each(orders)('%j is no order any more', (text) => {
  for (const clean of [harmless, harmlessLog, withoutOrders]) {
    expect(isOrder(clean(text).replace(/\u001b\[[\d;]*m/gu, ''))).toBe(false);
  }
});

it.each(['a :: b', 'std::vector', '# head [x]', 'C#[0]', 'http://[::1]:80'])('%j stays as it is', (text) => {
  expect(harmless(text)).toBe(text);
  expect(harmlessLog(text)).toBe(text);
});

it('a line of white space costs no time', () => {
  const startMs = performance.now();
  harmlessLog('\n'.repeat(200_000) + ' '.repeat(200_000));
  expect(performance.now() - startMs).toBeLessThan(1_000);
});
