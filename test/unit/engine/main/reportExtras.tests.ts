import { jest } from '@jest/globals';
import { merged, ReportExtras } from '../../../../src/engine/main/reportExtras.ts';

describe('answers of several threads', () => {
  it('become one: numbers are added, lists joined, objects merged, of anything else the last stays', () => {
    const later = new Date(1);
    expect(
      merged(
        { count: 2, list: [1], by: { a: 1, b: 1 }, text: 'x', mixed: 1, when: new Date(0), gone: null, only: true },
        { count: 3, list: [2], by: { b: 2, c: 3 }, text: 'y', mixed: '1', when: later, gone: 4, other: 0 },
      ),
    ).toEqual({ count: 5, list: [1, 2], by: { a: 1, b: 3, c: 3 }, text: 'y', mixed: '1', when: later, gone: 4, only: true, other: 0 });
  });

  it('may have any key', () => {
    const odd = JSON.parse('{"__proto__": 1, "constructor": 2}') as Record<string, unknown>;
    expect(Object.entries(merged(merged({}, odd), odd))).toEqual([
      ['__proto__', 2],
      ['constructor', 4],
    ]);
  });
});

describe('the extras of reports', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('are handed over once', () => {
    const extras = new ReportExtras(() => {}, 2500);
    extras.add({ a: 1 });
    extras.add({ a: 1, b: 'x' });
    expect(extras.take()).toEqual({ a: 2, b: 'x' });
    expect(extras.take()).toEqual({ a: 0, b: 'x' });
    extras.close();
  });

  it('have the same keys in each report, with nothing new in them', () => {
    const extras = new ReportExtras(() => {}, 2500);
    const many = Object.fromEntries(Array.from({ length: 21 }, (_, index) => [`/item/${index}`, 1]));
    extras.add({ bytes: 7, list: ['a'], by: { get: 3, deep: { of: [1] } }, state: 'warm', urls: many });
    expect(extras.take()).toMatchObject({ bytes: 7, urls: many });
    expect(extras.take()).toEqual({ bytes: 0, list: [], by: { get: 0, deep: { of: [] } }, state: 'warm', urls: {} });
    extras.add({ bytes: 5 });
    expect(extras.take()).toEqual({ bytes: 5, list: [], by: { get: 0, deep: { of: [] } }, state: 'warm', urls: {} });
    extras.close();
  });

  it('are asked for once a report, shortly before the next one, and no more when closed', () => {
    const asked: number[] = [];
    const extras = new ReportExtras(() => asked.push(performance.now()), 2500);
    const startMs = performance.now();
    for (let round = 0; round < 3; round++) {
      extras.take();
      if (round === 0) extras.take();
      jest.advanceTimersByTime(3000);
    }
    expect(asked.map((ms) => ms - startMs)).toEqual([2500, 5500, 8500]);
    extras.take();
    extras.close();
    extras.close();
    jest.advanceTimersByTime(10_000);
    expect(asked).toHaveLength(3);
  });
});
