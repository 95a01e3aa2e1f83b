import { UserSamples, type SampleSink } from '../../../../src/engine/thread/users/userSamples.ts';
import { Turn } from '../../../../src/engine/thread/pacing/turn.ts';
import { Pulse } from '../../../../src/engine/shared/pulse.ts';

const sink: SampleSink = { record: () => undefined };

it('what was dropped is under way no more, unless its stretch of life was over before', () => {
  const samples = new UserSamples({ sink, scheduleSink: sink, turn: new Turn(), stamps: { endOf: () => 0 }, pulse: new Pulse() });
  const before = samples.phase();
  samples.dropped(before);
  expect(samples.underWay).toBe(0);
  samples.cutOff();
  samples.phase();
  samples.dropped(before);
  expect(samples.underWay).toBe(1);
});

it('what is under way can be seen from outside the thread, of all users, until it is counted or of no interest any more', () => {
  const pulse = new Pulse();
  const outside = new Pulse(pulse.memory);
  const [one, other] = [1, 2].map(() => new UserSamples({ sink, scheduleSink: sink, turn: new Turn(), stamps: { endOf: () => 0 }, pulse })) as [UserSamples, UserSamples];
  const seen: number[] = [];
  const look = (): unknown => seen.push(outside.requests);
  const phases = [one.phase(), one.phase(), one.phase(), other.phase()];
  look();
  one.report(phases[0] ?? 0, 'GET', '/', 1, 0, null, 1, null, null);
  one.dropped(phases[1] ?? 0);
  look();
  one.cutOff();
  look();
  one.report(phases[2] ?? 0, 'GET', '/', 1, 0, null, 1, null, null); // an answer that came too late
  one.phase();
  look();
  one.end();
  other.report(phases[3] ?? 0, 'GET', '/', 1, 0, null, 1, null, null);
  look();
  expect(seen).toEqual([4, 2, 1, 2, 0]);
});

it('what begins when the user is gone is not under way, and counts nowhere', () => {
  const pulse = new Pulse();
  const outside = new Pulse(pulse.memory);
  const recorded: string[] = [];
  const samples = new UserSamples({ sink: { record: (_, name) => void recorded.push(name) }, scheduleSink: sink, turn: new Turn(), stamps: { endOf: () => 0 }, pulse });
  samples.end();
  const phase = samples.phase();
  expect([samples.underWay, outside.requests]).toEqual([0, 0]);
  samples.report(phase, 'GET', '/late', 1, 0, null, 1, null, null);
  samples.dropped(samples.phase());
  expect([samples.underWay, outside.requests, recorded]).toEqual([0, 0, []]);
});
