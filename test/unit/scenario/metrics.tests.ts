import { check, Counter, Gauge, Rate, Trend } from '../../../src/scenario/metrics.ts';
import { installScenarioHost, type ScenarioHost } from '../../../src/scenario/scenarioHost.ts';

const counted: unknown[][] = [];
const declared: unknown[][] = [];
const number = 3 as unknown as string;
function install(): void {
  counted.length = declared.length = 0;
  const host: Pick<ScenarioHost, 'metric' | 'declareMetric'> = { metric: (...given) => void counted.push(given), declareMetric: (...given) => void declared.push(given) };
  installScenarioHost(host as ScenarioHost);
}
afterEach(() => installScenarioHost(null));

test('a check says what it was told, and is counted', () => {
  install();
  expect([check('has items', true), check('has items', false)]).toEqual([true, false]);
  expect(counted).toEqual([['check', '', 'has items', true], ['check', '', 'has items', false]]);
});

test('metrics are known when they are made, and count what they are given', () => {
  install();
  const sold = new Counter('items sold', { unit: 'items' });
  const [queue, hits, render, size] = [new Gauge('queue'), new Rate('hit'), new Trend('render'), new Trend('size', { unit: 'bytes' })];
  expect(declared).toEqual([['counter', 'items', 'items sold'], ['gauge', '', 'queue'], ['rate', '', 'hit'], ['trend', 'ms', 'render'], ['trend', 'bytes', 'size']]);
  sold.add();
  sold.add(3);
  queue.set(-1);
  hits.add(true);
  render.add(1.5);
  size.add(100);
  expect(counted.map(([, , name, value]) => [name, value])).toEqual([['items sold', 1], ['items sold', 3], ['queue', -1], ['hit', true], ['render', 1.5], ['size', 100]]);
});

test('a module with metrics can be loaded anywhere, but only a worker counts', () => {
  const sold = new Counter('items sold');
  expect(() => sold.add()).toThrow('add() works only in a scenario that a worker has loaded');
  expect(() => check('x', true)).toThrow('check() works only in a scenario that a worker has loaded');
});

test.each<[make: () => unknown, message: string]>([
  [() => new Counter(''), 'new Counter(name) expects a text that is not empty as name, got ""'],
  [() => new Trend(number), 'new Trend(name) expects a text that is not empty as name, got 3'],
  [() => new Gauge('g', { unit: number }), "new Gauge('g') expects a text as unit, got 3"],
  [() => check(' ', true), 'check(name, passed) expects a text that is not empty as name, got " "'],
])('%#: names and units are texts', (make, message) => {
  install();
  expect(make).toThrow(message);
});
