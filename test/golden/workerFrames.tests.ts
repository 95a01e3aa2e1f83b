import type { Report, StatsRow } from '../../src/stats/report.ts';
import { bucketIndexOf, bucketMsAt } from '../../src/stats/histogram.ts';
import { encodeMessage } from '../../src/protocol/wire/codec.ts';
import type { WorkerMessage } from '../../src/protocol/wire/messages.ts';
import { toStatsData } from '../../src/protocol/wire/statsMessage.ts';
import { hexOf, readGolden, revive } from './goldenFile.ts';

type Sample = [method: string, name: string, elapsedMs: number | null, bytes: number, error: string | null, afterSec: number];
type Case = { name: string; hex: string; type: string; data: unknown };
type Golden = { nodeId: string; startSec: number; samples: Sample[]; frames: Case[] };

const { nodeId, startSec, samples, frames } = readGolden('workerFrames.json') as Golden;
const plainTypes = [
  'client_ready', 'heartbeat', 'spawning', 'spawning_complete', 'stats', 'client_stopped', 'quit', 'exception', 'logs',
];

function messageOf(type: string, data: unknown): WorkerMessage {
  if (!plainTypes.includes(type)) return { type: 'custom', name: type, data };
  return { type, data } as WorkerMessage;
}

function hexNamed(name: string): string | undefined {
  return frames.find((one) => one.name === name)?.hex;
}

test('the golden frames hold every message of a worker', () => {
  expect(plainTypes.filter((type) => !frames.some((one) => one.type === type))).toEqual([]);
});

test.each(frames)('our bytes of "$name" are those of Locust’s own worker', ({ hex, type, data }) => {
  expect(hexOf(encodeMessage(messageOf(type, revive(data)), nodeId))).toBe(hex);
});

test('a report of given samples has the bytes of Locust’s own report', () => {
  const data = toStatsData(reportOf(samples), { Alpha: 2, Beta: 1 }, {});
  expect(hexOf(encodeMessage({ type: 'stats', data }, nodeId))).toBe(hexNamed('5 stats'));
});

test('an idle report has the bytes of Locust’s own idle report', () => {
  const data = toStatsData({ rows: [], total: rowOf('', 'Aggregated', [], startSec), errors: [] }, { Alpha: 0, Beta: 0 }, {});
  expect(hexOf(encodeMessage({ type: 'stats', data }, nodeId))).toBe(hexNamed('2 stats'));
});

function reportOf(all: readonly Sample[]): Report {
  const firsts = all.filter(([method, name], index) => index === all.findIndex((one) => one[0] === method && one[1] === name));
  return {
    rows: firsts.map(([method, name, , , , firstSec]) => {
      const group = all.filter((one) => one[0] === method && one[1] === name);
      return rowOf(method, name, group, startSec + firstSec);
    }),
    total: rowOf('', 'Aggregated', all, startSec),
    errors: all.flatMap(([method, name, , , error, afterSec]) => {
      const seenSec = startSec + afterSec;
      return error === null ? [] : [{ method, name, error, occurrences: 1, firstSeenSec: seenSec, lastSeenSec: seenSec }];
    }),
  };
}

function rowOf(method: string, name: string, group: readonly Sample[], startTimeSec: number): StatsRow {
  const timesMs = group.flatMap(([, , elapsedMs]) => (elapsedMs === null ? [] : [elapsedMs]));
  const failed = group.filter(([, , , , error]) => error !== null);
  const last = group.at(-1);
  return {
    method,
    name,
    numRequests: group.length,
    numNoneRequests: group.length - timesMs.length,
    numFailures: failed.length,
    totalResponseTimeMs: timesMs.reduce((sum, timeMs) => sum + timeMs, 0),
    minResponseTimeMs: timesMs.length === 0 ? null : Math.min(...timesMs),
    maxResponseTimeMs: Math.max(0, ...timesMs),
    totalContentLength: group.reduce((sum, [, , , bytes]) => sum + bytes, 0),
    startTimeSec,
    lastRequestSec: last === undefined ? null : startSec + last[5],
    responseTimes: countsOf(timesMs.map((timeMs) => bucketMsAt(bucketIndexOf(timeMs)))),
    timeBuckets: null,
    requestsPerSec: countsOf(group.map(([, , , , , afterSec]) => Math.floor(startSec + afterSec))),
    failuresPerSec: countsOf(failed.map(([, , , , , afterSec]) => Math.floor(startSec + afterSec))),
  };
}

function countsOf(keys: readonly number[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}
