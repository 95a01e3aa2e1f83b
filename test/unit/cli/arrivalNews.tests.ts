import { ArrivalNews } from '../../../src/cli/worker/arrivalNews.ts';

it('tells a master of what came since the last report, in each test from 0 on', () => {
  const news = new ArrivalNews();
  expect(news.take(null)).toEqual({});
  expect(news.take({ started: 5, dropped: 1 })).toEqual({ boomer_arrivals: { started: 5, dropped: 1 } });
  expect(news.take({ started: 9, dropped: 1 })).toEqual({ boomer_arrivals: { started: 4, dropped: 0 } });
  news.begin();
  expect(news.take({ started: 12, dropped: 3 })).toEqual({ boomer_arrivals: { started: 12, dropped: 3 } });
});
