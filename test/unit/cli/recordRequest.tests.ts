/** What `boomer-node record` was asked for. */
import { recordRequest } from '../../../src/cli/recordCommand.ts';

const now = new Date(2026, 10, 29, 15, 4, 5);
const asked = (typed: Readonly<Record<string, unknown>>, ...words: readonly string[]): unknown => recordRequest(typed, words, now);

test('a recording needs a target, and has a name with its time', () => {
  expect(asked({ target: 'http://localhost:3000' })).toEqual({ target: new URL('http://localhost:3000'), port: 8080, path: 'recording-20261129-150405.har', scenarioFile: null, keepsHost: false, isInsecure: false, keepsSecrets: false });
  expect(asked({ port: '0', output: 'a.GOR', import: 'a.ts', insecure: true, 'preserve-host': true, 'keep-secrets': true }, 'https://shop.example/')).toMatchObject({ port: 0, path: 'a.GOR', scenarioFile: 'a.ts', keepsHost: true, isInsecure: true, keepsSecrets: true });
});

test.each([
  [{}, [], 'record expects a target: boomer-node record --target http://localhost:3000'],
  [{}, ['localhost:3000'], '--target expects a URL such as http://localhost:3000, got "localhost:3000"'],
  [{}, ['http://shop.example/a?b'], 'name http://shop.example, and open /a?b of the proxy'],
  [{}, ['http://u:p@shop.example'], '--target expects a URL without user and password'],
  [{}, ['http://a.example', 'http://b.example'], 'record expects one target, got http://a.example, http://b.example'],
  [{ target: 'http://a.example' }, ['x'], 'record expects one target, got http://a.example, x'],
  [{ port: '99999' }, ['http://a.example'], '--port expects a number from 0 to 65535, got "99999"'],
  [{ port: ['1', '2'] }, ['http://a.example'], '--port was given 2 times, expected it once'],
  [{}, ['http://localhost:8080'], 'http://localhost:8080 is the target, so the proxy cannot listen there: name another --port'],
  [{ output: 'a.txt' }, ['http://a.example'], '--output expects a name that ends in .har or .gor, got "a.txt"'],
])('what is wrong is said: %j %j', (typed, words, message) => {
  expect(() => asked(typed, ...words)).toThrow(message);
});
