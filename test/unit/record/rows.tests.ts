/** Lines that are shown while a recording goes on. */
import { rowText } from '../../../src/record/rows.ts';
import { kept, passed } from './passed.ts';

const plain = (text: string): string => text;
const colours = { good: (text: string) => `+${text}`, bad: (text: string) => `!${text}`, faint: plain };
const answer = (status: number) => ({ status, statusText: '', httpVersion: '1.1', headers: [], body: kept('x'.repeat(1200)) });

test('a request is shown on a line, with the name that its row would have', () => {
  expect(rowText(passed({ method: 'POST', url: 'http://s.example/items/17?token=abc&action=buy', answer: answer(201), body: kept('abc') }), 60, colours)).toBe('POST    /items/[id]?action=buy      +   201    13 ms   1.2 kB');
  expect(rowText(passed({ answer: answer(503) }), 60, colours)).toContain('!   503');
  expect(rowText(passed({ url: 'http://s.example/\u001b[2J', problem: 'the client broke off' }), 60, colours)).toMatch(/^GET {5}\/%1B\[2J +! +– +13 ms +0 B {2}the client broke off$/u);
  expect(rowText(passed({ url: `http://s.example/${'long/'.repeat(50)}`, answer: answer(200) }), 60, { ...colours, good: plain })).toHaveLength(60);
  expect(rowText(passed({ isTunnel: true, answer: answer(101) }), 60, colours)).toMatch(/passed through, not recorded$/u);
});
