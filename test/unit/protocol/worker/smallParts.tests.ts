import { healthMeter } from '../../../../src/protocol/worker/health.ts';
import { newNodeId } from '../../../../src/protocol/worker/outbox.ts';
import { LogBuffer } from '../../../../src/protocol/worker/logLines.ts';
import { runOptionsOf } from '../../../../src/protocol/worker/spawning.ts';
import { spawnData } from './samples.ts';

test('a node id is the host, an underscore and 32 hex digits', () => {
  expect(newNodeId('box', '01234567-89ab-cdef-0123-456789abcdef')).toBe('box_0123456789abcdef0123456789abcdef');
  expect(newNodeId()).toMatch(/^[^_]+_[0-9a-f]{32}$/u);
  expect(newNodeId()).not.toBe(newNodeId());
});

test.each([
  ['my_box', /^my-box_/u],
  ['', /^worker_/u],
  ['\ud800x', /^\ufffdx_/u],
])('host name %j is made fit', (host, expected) => {
  expect(newNodeId(host)).toMatch(expected);
});

test('an identity fits into the 255 bytes that ZeroMQ allows', () => {
  expect(Buffer.byteLength(newNodeId('😀'.repeat(500)))).toBeLessThanOrEqual(255);
});

test('cpu is percent of one core over the last 10 s, 0 at first', () => {
  let nowMs = 0;
  let cpuUs = 0;
  const meter = healthMeter({ nowMs: () => nowMs, cpuUs: () => cpuUs, memoryBytes: () => 77 });
  expect(meter()).toEqual({ cpuPercent: 0, memoryBytes: 77 });
  [nowMs, cpuUs] = [9_000, 9_000_000];
  expect(meter().cpuPercent).toBe(0);
  [nowMs, cpuUs] = [10_000, 9_500_000];
  expect(meter().cpuPercent).toBe(95);
  [nowMs, cpuUs] = [15_000, 20_000_000];
  expect(meter().cpuPercent).toBe(95);
  [nowMs, cpuUs] = [20_000, 39_500_000];
  expect(meter().cpuPercent).toBe(300);
  // The Workers tab shows what comes, however many digits it has.
  [nowMs, cpuUs] = [30_000, 40_734_567];
  expect(meter().cpuPercent).toBe(12.3);
});

test('memory is read anew once it is older than two and a half seconds, however many heartbeats ask', () => {
  let nowMs = 0;
  let reads = 0;
  const meter = healthMeter({ nowMs: () => nowMs, cpuUs: () => 0, memoryBytes: () => ++reads });
  const seen = [0, 1_000, 2_000, 2_499, 2_500, 3_000, 60_000].map((atMs) => {
    nowMs = atMs;
    return meter().memoryBytes;
  });
  expect([seen, reads]).toEqual([[1, 1, 1, 1, 2, 2, 3], 3]);
});

test('the process\'s own figures are finite', () => {
  const { cpuPercent, memoryBytes } = healthMeter()();
  expect(cpuPercent).toBe(0);
  expect(memoryBytes).toBeGreaterThan(1_000_000);
});

test('the last 500 lines are kept, and all are counted', () => {
  const buffer = new LogBuffer();
  for (let line = 0; line < 1_234; line += 1) buffer.add(`line ${line}`);
  const { lines, total } = buffer.read();
  expect(lines).toHaveLength(500);
  expect(lines[0]).toBe('line 734');
  expect(lines.at(-1)).toBe('line 1233');
  expect(total).toBe(1_234);
});

test('a very long line is cut', () => {
  const buffer = new LogBuffer();
  buffer.add('x'.repeat(1_000_000));
  expect(buffer.read().lines[0]).toHaveLength(2_001);
});

test('options: the team\'s own and the three of Locust\'s that workers need', () => {
  const parsed_options = { users: 3, my_arg: [1, { x: null }], num_users: 3, host: 'h', expect_workers: 2, tags: ['a'], exclude_tags: null, loglevel: 'X' };
  const options = runOptionsOf(spawnData(1, {}, { parsed_options, host: '' }), 2);
  expect(options).toEqual({
    host: null,
    parsedOptions: { users: 3, my_arg: [1, { x: null }], expect_workers: 2, tags: ['a'], exclude_tags: null },
    tags: ['a'],
    excludeTags: null,
    workerIndex: 2,
  });
});

test.each([
  ['one', ['one']],
  ['', null],
  [[], null],
  [[1, 'x', null], ['x']],
  [7, null],
])('tags %j are %j', (tags, expected) => {
  expect(runOptionsOf(spawnData(1, {}, { parsed_options: { tags } }), 0).tags).toEqual(expected);
});
