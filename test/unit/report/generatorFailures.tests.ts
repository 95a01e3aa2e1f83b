import { failureText } from '../../../src/http/response/errorText.ts';
import { generatorCodeOf, GeneratorFailures, generatorFailureText } from '../../../src/report/trust.ts';
import type { ErrorRow } from '../../../src/stats/report.ts';
import { errorLine } from '../../../src/util/errorText.ts';

const systemError = (code: string, message: string): Error => Object.assign(new Error(message), { code, syscall: 'connect', errno: -24 });
const scene = { host: 'shop:8080', hasAnswer: false, timeouts: { connectMs: 1, headersMs: 1, bodyMs: 1 } };

it.each(['EMFILE', 'ENFILE', 'EADDRNOTAVAIL', 'ENOBUFS'])('%s is found in the texts of our clients and of others', (code) => {
  const error = systemError(code, `connect ${code} 10.0.0.1:80 - Local (10.0.0.2:0)`);
  expect(generatorCodeOf(failureText(error, scene))).toBe(code);
  expect(generatorCodeOf(errorLine(error))).toBe(code);
  expect(generatorCodeOf(errorLine(new TypeError('fetch failed', { cause: error })))).toBe(code);
  expect(generatorFailureText({ code, count: 2 })).toMatch(/^2 requests failed with \w+, .+: .+/u);
});

it.each([
  'ConnectionRefusedError: connect ECONNREFUSED shop:80',
  "HTTPError('500 Server Error: EMFILE for url: /x')",
  "CatchResponseError('the shop says ENOBUFS')",
  'Error: EMFILES are no code',
])('%s is not the generator', (text) => {
  expect(generatorCodeOf(text)).toBeNull();
});

it('counts over reports, says what is new, and begins anew with a run', () => {
  const failures = new GeneratorFailures();
  const row = (error: string, occurrences: number): ErrorRow => ({ method: 'GET', name: '/', error, occurrences, firstSeenSec: 1, lastSeenSec: 2 });
  expect(failures.add([row('OSError: connect EMFILE shop', 3), row('Error: connect EMFILE 1.2.3.4:80', 4), row('no', 5)])).toEqual([{ code: 'EMFILE', count: 7 }]);
  expect(failures.add([row('OSError: connect EMFILE shop', 1)])).toEqual([]);
  expect(failures.add([row('Error: ENFILE', 1)])).toEqual([{ code: 'ENFILE', count: 1 }]);
  expect(failures.all).toEqual([{ code: 'EMFILE', count: 8 }, { code: 'ENFILE', count: 1 }]);
  failures.clear();
  expect(failures.all).toEqual([]);
});
