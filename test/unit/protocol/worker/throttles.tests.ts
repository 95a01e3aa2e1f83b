import { LogThrottle } from '../../../../src/protocol/worker/logLines.ts';
import { OnceLog } from '../../../../src/util/logger.ts';

function decisions(newLines: readonly number[]): readonly string[] {
  const throttle = new LogThrottle();
  let total = 0;
  return newLines.map((count) => throttle.decide((total += count)));
}

test('log lines are sent when there are new ones', () => {
  expect(decisions([3, 0, 1, 70, 0])).toEqual(['send', 'skip', 'send', 'send', 'skip']);
});

test('a flood is sent once, with a warning; the first quieter interval sends again', () => {
  expect(decisions([5, 71, 200, 300, 70, 0])).toEqual(['send', 'sendWithWarning', 'skip', 'skip', 'send', 'skip']);
});

test('the interval after a flood sends what the flood left unsent, new lines or not', () => {
  expect(decisions([71, 100, 0, 0])).toEqual(['sendWithWarning', 'skip', 'send', 'skip']);
});

test('a flood without end is shown once in six intervals', () => {
  expect(decisions(Array.from({ length: 13 }, () => 1_000)).map((decision) => (decision === 'skip' ? '-' : '!')).join('')).toBe('!-----!-----!');
});

test('a thing is said once per key, and endless new keys end in silence', () => {
  const said: string[] = [];
  const once = new OnceLog((level, text) => said.push(`${level} ${text}`));
  once.say('k', 'warning', 'first');
  once.say('k', 'warning', 'second');
  expect(said).toEqual(['warning first']);
  for (let key = 0; key < 10_000; key += 1) once.say(`key ${key}`, 'info', 'x');
  expect(said.length).toBeLessThanOrEqual(201);
});
