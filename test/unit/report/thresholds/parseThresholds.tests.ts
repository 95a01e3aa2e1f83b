import fc from 'fast-check';
import { aggregationText, parseExpression, parseThresholds } from '../../../../src/report/thresholds.ts';

const typed = (...lines: string[]) => parseThresholds({ typed: lines, exported: null, fromFile: undefined });
const exported = (table: unknown) => parseThresholds({ typed: [], exported: table, fromFile: null });

describe('an expression', () => {
  const aggregation = fc.oneof(
    fc.constantFrom('avg', 'min', 'max', 'med', 'count', 'rate', 'fail_ratio', 'rps'),
    fc.double({ min: 0, max: 100, noNaN: true }).map((percent) => `p(${percent})`),
  );
  const operator = fc.constantFrom('<', '<=', '>', '>=', '==', '===', '!=');
  const blank = fc.constantFrom('', ' ', '  ');

  it('is read back as it was written, whatever blanks it has', () => {
    fc.assert(
      fc.property(aggregation, operator, fc.double({ noNaN: true, noDefaultInfinity: true }), blank, (left, sign, limit, space) => {
        const condition = parseExpression(`${space}${left}${space}${sign}${space}${limit}${space}`, 'here');
        expect(aggregationText(condition.aggregation)).toBe(left.startsWith('p(') ? `p(${Number(left.slice(2, -1))})` : left);
        expect(condition.operator).toBe(sign);
        expect(condition.limit === limit).toBe(true);
      }),
    );
  });

  it('is refused with an error of our own, or read, whatever it is', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom('p', '(', '9', ')', '<', '=', '!', 'avg', '.', '%', 's', ' '), maxLength: 12 })), (text) => {
        try {
          expect(Number.isFinite(parseExpression(text, 'here').limit)).toBe(true);
        } catch (error) {
          expect(error).toMatchObject({ code: 'usage', message: expect.stringContaining('here: the threshold') as string });
        }
      }),
    );
  });

  it.each([
    ['p95<200', 'did you mean p(95)?'],
    ['mean<200', 'did you mean avg?'],
    ['cont>5', 'did you mean count?'],
    ['p(101)<200', 'a percentage from 0 to 100'],
    ['avg=<200', 'did you mean <=?'],
    ['avg<200ms', 'did you mean 200?'],
    ['p(99)<1.5s', 'did you mean 1500?'],
    ['fail_ratio<1%', 'did you mean 0.01?'],
    ['avg', 'expected an aggregation, an operator and a number'],
    ['avg<', 'expected a number after the operator'],
    ['avg<200 over 10', 'a window has a unit, got "over 10": did you mean over 10s?'],
    ['avg<200 over 0s', 'a window has whole seconds, from 1s to 1h'],
    ['avg<200 over 1500ms', 'a window has whole seconds, from 1s to 1h'],
    ['avg<200 over 2h', 'a window has whole seconds, from 1s to 1h'],
    ['avg<200 over', 'expected a duration such as 10s or 1m30s after "over", got ""'],
    ['avg<200 over 10 seconds', 'expected a duration such as 10s or 1m30s after "over", got "10 seconds"'],
    ['avg<200 in 10s', 'did you mean 200 over 10s?'],
    ['avg<200ms over 10s', 'did you mean 200?'],
    ['avg<Infinity', 'expected a number after the operator'],
  ])('%s is refused with a hint', (text, hint) => {
    expect(() => parseExpression(text, '--threshold')).toThrow(hint);
  });
});

it.each([['p(95)<200 over 10s', 10_000], ['avg < 1 over 1m30s', 90_000], ['count>5  over  1h', 3_600_000], ['avg<1', null]])('%s has its window', (text, overMs) => {
  expect(typed(`GET /over 9s: ${text}`)).toMatchObject([{ row: 'GET /over 9s', expression: text, condition: { overMs } }]);
});

describe('a typed threshold', () => {
  it('is parted at its last colon, so that names may hold anything', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }).filter((name) => name.trim() !== '' && !/^\s*(?:http_|ws_|grpc_|\w+$|\w+\{|\*|Aggregated)|\[from schedule\]/u.test(name)), (name) => {
        expect(typed(`${name}: p(95)<200`)).toEqual([expect.objectContaining({ row: name.trim(), expression: 'p(95)<200', target: { metric: 'row', rows: { kind: 'named', text: name.trim() }, isFromSchedule: false } })]);
      }),
    );
    expect(typed('GET http://[::1]:80/{id} x: rate < 0.01')[0]).toMatchObject({ row: 'GET http://[::1]:80/{id} x', expression: 'rate < 0.01' });
  });

  it('without a row is about all requests', () => {
    expect(typed('fail_ratio<0.01')[0]).toMatchObject({ row: 'Aggregated', target: { metric: 'row', rows: { kind: 'all' } } });
    expect(typed('*: rps>10')[0]).toMatchObject({ row: '*', target: { metric: 'row', rows: { kind: 'all' } } });
  });

  it('knows k6 metrics, their tags and the latency from schedule', () => {
    expect(typed('dropped: rate<0.01')[0]?.target).toEqual({ metric: 'dropped', rows: { kind: 'all' }, isFromSchedule: false });
    expect(typed('http_req_duration: p(95)<200')[0]?.target).toEqual({ metric: 'http_req_duration', rows: { kind: 'http' }, isFromSchedule: false });
    expect(typed('http_req_duration{name:http://x/a,b, method:GET}: med<200')[0]?.target.rows).toEqual({ kind: 'tagged', isHttp: true, name: 'http://x/a,b', method: 'GET' });
    expect(typed('GET /users [from schedule]: p(99)<2000')[0]?.target).toEqual({ metric: 'row', rows: { kind: 'named', text: 'GET /users' }, isFromSchedule: true });
  });

  it.each([
    ['http_req_failed: p(95)<200', 'it has rate'],
    ['dropped: rps<1', 'it has count, rate'],
    ['dropped{name:/a}: count<1', 'has no tags'],
    ['http_req_duraton: p(95)<200', 'did you mean http_req_duration?'],
    ['http_req_duration{status:200}: p(95)<200', 'expects the tags name:… and method:…'],
    ['vus: value>1', 'is not measured here'],
    [': p(95)<200', 'names no row before its colon'],
    ['* [from schedule]: rate<0.01', 'is for response times'],
    ['lateness [from schedule]: max<5', '[from schedule] is for response times of requests: lateness is that of arrivals already'],
  ])('%s is refused', (line, message) => {
    expect(() => typed(line)).toThrow(message);
  });
});

describe('an exported table', () => {
  it('takes texts, lists and objects as k6 does', () => {
    const table = { 'GET /users': ['p(95)<200', { threshold: 'rate<0.01', abortOnFail: true, delayAbortEval: '10s' }], '*': 'rps>5', checks: { threshold: 'rate>0.9', delayAbortEval: 500 } };
    expect(exported(table).map(({ row, expression, abortOnFail, delayAbortEvalMs }) => [row, expression, abortOnFail, delayAbortEvalMs])).toEqual([
      ['GET /users', 'p(95)<200', false, 0],
      ['GET /users', 'rate<0.01', true, 10_000],
      ['*', 'rps>5', false, 0],
      ['checks', 'rate>0.9', false, 500],
    ]);
  });

  it('joins the typed ones, each of them once', () => {
    const all = parseThresholds({ typed: ['GET /users: p(95)<200'], exported: { 'GET /users': [{ threshold: 'p(95)<200', abortOnFail: true }] }, fromFile: ['rps>5'] });
    expect(all.map(({ row, expression, abortOnFail }) => [row, expression, abortOnFail])).toEqual([['GET /users', 'p(95)<200', true], ['Aggregated', 'rps>5', false]]);
  });

  it('that are written twice end the run when the first of them would', () => {
    const ending = (delayAbortEval: string) => ({ '/a': [{ threshold: 'avg<1', abortOnFail: true, delayAbortEval }] });
    const delays = [['10s', '5s'], ['5s', '10s']].map(([one = '', other = '']) => parseThresholds({ typed: [], exported: ending(one), fromFile: ending(other) }));
    expect(delays).toMatchObject([[{ delayAbortEvalMs: 5_000 }], [{ delayAbortEvalMs: 5_000 }]]);
  });

  it('takes a window beside the expression, which then says it', () => {
    expect(exported({ a: { threshold: 'p(95)<200', over: '10s', abortOnFail: true } })).toMatchObject([{ expression: 'p(95)<200 over 10s', condition: { overMs: 10_000 }, abortOnFail: true }]);
  });

  it.each([
    [7, 'expected { \'GET /users\''],
    [{ a: [3] }, 'expected \'p(95)<200\' or {'],
    [{ a: [{ treshold: 'avg<1' }] }, 'did you mean "threshold"?'],
    [{ a: [{ threshold: 'avg<1', abortOnFail: 'yes' }] }, 'abortOnFail expects true or false'],
    [{ a: [{ threshold: 'avg<1', delayAbortEval: 'soon' }] }, 'delayAbortEval expects a duration'],
    [{ a: [{ abortOnFail: true }] }, 'expected a text'],
    [{ a: [{ threshold: 'avg<1', over: 10 }] }, "over expects a duration with its unit such as '10s', got 10"],
    [{ a: [{ threshold: 'avg<1 over 10s', over: '5s' }] }, 'says its window already'],
    [{ a: [{ threshold: 'avg<1', over: 'long' }] }, 'expected a duration such as 10s'],
  ])('%j is refused', (table, message) => {
    expect(() => exported(table)).toThrow(message);
  });
});
