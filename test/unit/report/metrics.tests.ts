import { metricText, passText } from '../../../src/report/metricText.ts';
import { evaluateThresholds } from '../../../src/report/thresholdVerdicts.ts';
import { parseThresholds } from '../../../src/report/thresholds.ts';
import type { CheckNumbers, MetricNumbers } from '../../../src/stats/metricNumbers.ts';
import { runStats } from './thresholds/runStats.ts';

const checks: readonly CheckNumbers[] = [{ kind: 'check', name: 'fine', passes: 99, fails: 1 }, { kind: 'check', name: 'has items', passes: 50, fails: 50 }];
const metrics: readonly MetricNumbers[] = [
  { kind: 'counter', name: 'items sold', unit: 'items', sum: 1234.5 },
  { kind: 'gauge', name: 'queue', unit: '', value: 5, min: -1, max: 9 },
  { kind: 'rate', name: 'hit', passes: 3, fails: 1 },
  { kind: 'trend', name: 'render', unit: 'ms', count: 1_250, average: 12.34, min: 4.14, max: 99, percentile: (percent) => percent / 2 },
  { kind: 'trend', name: 'size', unit: 'bytes', count: 2, average: 123_456.78, min: 1, max: 1_000_000, percentile: (percent) => 100 * percent },
];
const view = { stats: { ...runStats([{ name: '/users', timesMs: [1] }]), checks, metrics }, fromSchedule: null, countedMs: 10_000, arrivals: null };

test('metrics as a person reads them', () => {
  expect([...checks.map(passText), ...metrics.map((metric) => metricText(metric, 10_000))]).toEqual([
    '99.0 %, 99 of 100',
    '50.0 %, 50 of 100',
    '1234.5 items, 123 a second',
    '5, from -1 to 9',
    '75.0 %, 3 of 4',
    'avg 12 ms, min 4.1, med 25, p(90) 45, p(95) 48, max 99, of 1 250',
    'avg 123 457 bytes, min 1, med 5 000, p(90) 9 000, p(95) 9 500, max 1 000 000, of 2',
  ]);
});

test.each([
  ['checks: rate>0.7', true, 'rate=74.5 %'],
  ['checks{name:fine}: rate>=0.99', true, 'rate=99 %'],
  ['checks{name:fin}: rate>0.5', false, 'nothing was counted for "fin"'],
  ['has items: rate>0.99', false, 'rate=50 %'],
  ['check fine: fail_ratio<0.02', true, 'fail_ratio=1 %'],
  ['fine: count==100', true, 'count=100'],
  ['fine: p(95)<3', false, 'a check has no "p(95)"; it has rate, fail_ratio, count'],
  ['items sold: count>100', true, 'count=1234.5 items'],
  ['counter items sold: rate>100', true, 'rate=123.45/s'],
  ['queue: value<6', true, 'value=5'],
  ['queue: min<0', true, 'min=-1'],
  ['queue: avg<0', false, 'a gauge has no "avg"; it has value, min, max'],
  ['hit: rate>0.7', true, 'rate=75 %'],
  ['render: p(90)<50', true, 'p(90)=45 ms'],
  ['size: max<2000000', true, 'max=1000000 bytes'],
  ['size: count==2', true, 'count=2'],
  ['items sld: count>1', false, 'no request, check or metric of this name: did you mean "items sold"?'],
  ['/users: value<1', false, 'requests have no "value": it is for gauges'],
  ['*: count==1', true, 'count=1'],
])('%s', (line, passed, text) => {
  expect(evaluateThresholds(parseThresholds({ typed: [line], exported: null, fromFile: null }), view)).toMatchObject([{ passed, text }]);
});
