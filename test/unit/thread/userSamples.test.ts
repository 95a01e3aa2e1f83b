import { UserSamples } from '../../../src/thread/userSamples.ts';
import type { SampleSink } from '../../../src/thread/sampleSink.ts';
import { Turn } from '../../../src/thread/turn.ts';

const sink: SampleSink = { record: () => undefined };

it('what was dropped is under way no more, unless its stretch of life was over before', () => {
  const samples = new UserSamples({ sink, scheduleSink: sink, turn: new Turn(), stamps: { endOf: () => 0 } });
  const before = samples.phase();
  samples.dropped(before);
  expect(samples.underWay).toBe(0);
  samples.cutOff();
  samples.phase();
  samples.dropped(before);
  expect(samples.underWay).toBe(1);
});
