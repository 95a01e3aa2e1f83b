import { metricNews } from '../../../src/cli/worker/metricNews.ts';
import { MetricAggregator } from '../../../src/stats/metrics.ts';
import { SimulatedThread } from '../stats/simulatedThread.ts';
import { ArrivalNews } from '../../../src/cli/worker/arrivalNews.ts';

it('tells a master of what came since the last report, in each test from 0 on', () => {
  const news = new ArrivalNews();
  expect(news.take(null, null)).toEqual({});
  expect(news.take({ started: 5, dropped: 1 }, { latestMs: 7.5, counts: [[1_000, 4], [7_504, 1]] })).toEqual({ boomer_arrivals: { started: 5, dropped: 1, latest: 7.5, late: [[1, 4], [7.504, 1]] } });
  expect(news.take({ started: 9, dropped: 1 }, null)).toEqual({ boomer_arrivals: { started: 4, dropped: 0, latest: 0, late: [] } });
  news.begin();
  expect(news.take({ started: 12, dropped: 3 }, null)).toEqual({ boomer_arrivals: { started: 12, dropped: 3, latest: 0, late: [] } });
});

it('tells it of gauges and trends as far as rows cannot', () => {
  const metrics = new MetricAggregator();
  const { recorder } = new SimulatedThread((message) => metrics.define('0', message));
  for (const value of [9, -4]) recorder.row('gauge sockets', 'open').set(value, 1);
  for (const bytes of [1_000, 1_000, 5_000_000]) recorder.row('trend bytes', 'size').success(bytes / 1_000, 0, 1);
  recorder.row('trend items', 'basket').success(3.2, 0, 1);
  recorder.row('trend', 'render').success(30, 0, 1);
  recorder.row('check', 'fine').pass(true, 1);
  expect(metricNews(metrics.takeReport())).toEqual({
    boomer_metrics: [
      { kind: 'gauge', unit: 'sockets', name: 'open', count: 2, min: -4, max: 9, value: -4, times: [] },
      { kind: 'trend', unit: 'bytes', name: 'size', count: 3, min: 1_000, max: 5_000_000, value: 5_002_000, times: [[1_000, 2], [5_000_000, 1]] },
      { kind: 'trend', unit: 'items', name: 'basket', count: 1, min: 3.2, max: 3.2, value: 3.2, times: [[3.2, 1]] },
    ],
  });
  expect(metricNews(metrics.takeReport())).toEqual({});
});
