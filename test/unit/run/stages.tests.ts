import { checkedStages, parseStage } from '../../../src/run/stages.ts';

test.each([
  ['30s:10', { durationMs: 30_000, users: 10 }],
  ['1h20m:0', { durationMs: 4_800_000, users: 0 }],
  [' 90 : 5 ', { durationMs: 90_000, users: 5 }],
  ['0:100', { durationMs: 0, users: 100 }],
])('reads the stage %j', (text, stage) => {
  expect(parseStage(text, '--stage')).toEqual(stage);
});

test.each(['', '30s', '30s:', ':10', '30s:-1', '30s:1.5', '30s:10:20', '30s:99999999999999999999'])('rejects the stage %j and shows the form', (text) => {
  expect(() => parseStage(text, '--stage')).toThrow(/^--stage expects a stage such as 30s:10 .*got "/u);
});

test('a stage with a wrong duration gets the forms of durations', () => {
  expect(() => parseStage('30x:10', '--stage')).toThrow(/--stage expects a duration such as .*got "30x"/u);
});

test("reads k6's stages, ours and texts", () => {
  expect(checkedStages([{ duration: '1m', target: 20 }, { duration: 2.5, users: 3 }, '10s:0'], 'stages')).toEqual([
    { durationMs: 60_000, users: 20 },
    { durationMs: 2_500, users: 3 },
    { durationMs: 10_000, users: 0 },
  ]);
});

test.each([
  [undefined, /expect a list/u],
  [[], /expect a list/u],
  [{ duration: '30s', target: 1 }, /expect a list/u],
  [['30s:1', null], /stage 2 expects .*got null/u],
  [[{ duration: '30s' }], /stage 1 expects/u],
  [[{ duration: '30s', target: -1 }], /stage 1 expects/u],
  [[{ duration: '30s', target: 1.5 }], /stage 1 expects/u],
  [[{ duration: '30s', target: '1' }], /stage 1 expects/u],
  [[{ duration: -1, target: 1 }], /stage 1 expects/u],
  [[{ duration: Infinity, target: 1 }], /stage 1 expects/u],
  [[{ target: 1 }], /stage 1 expects/u],
  [[{ duration: '30s', target: 1, users: 2 }], /stage 1 expects/u],
  [[{ duration: 60, users: 10, spawn_rate: 10 }], /stage 1 expects .*a duration for itself/u],
  [['0:5', { duration: 0, target: 1 }], /last no time/u],
])('rejects %j', (exported, message) => {
  expect(() => checkedStages(exported, "the scenario's stages")).toThrow(message);
});
