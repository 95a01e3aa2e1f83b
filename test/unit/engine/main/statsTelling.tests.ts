/** Who is told of the run so far, and when: threads are stood in for by what is posted to them. */
import { StatsTelling } from '../../../../src/engine/main/statsTelling.ts';
import type { MainToThread } from '../../../../src/engine/shared/messages.ts';
import { noStats } from '../../../../src/stats/soFar.ts';

function setUp() {
  let requests = 0;
  const threads = [0, 1].map(() => {
    const told: string[] = [];
    return {
      told, isReady: true, isRetiring: false, areUsersGone: false,
      runBegins() {
        this.areUsersGone = false;
      },
      post(message: MainToThread) {
        if (message.kind === 'stats') told.push(`${message.stats.requests}${message.stats.isFinal ? ' final' : ''}`);
      },
    };
  });
  const telling = new StatsTelling({ threads, soFar: () => ({ ...noStats, requests: ++requests }) });
  const [one, other] = threads;
  if (one === undefined || other === undefined) throw new Error('no threads');
  return { telling, one, other };
}

test('nobody is told before somebody wants to know', () => {
  const { telling, one } = setUp();
  telling.begin();
  telling.stop();
  telling.last();
  expect(one.told).toEqual([]);
});

test('as a run begins, and once when the users of all threads are gone', () => {
  const { telling, one, other } = setUp();
  telling.want();
  telling.want();
  telling.begin();
  expect(one.told).toEqual(['1', '2']);
  one.areUsersGone = true;
  telling.check();
  telling.stop();
  expect(other.told).toEqual(['1', '2']);
  other.areUsersGone = true;
  telling.check();
  telling.check();
  telling.last();
  expect(other.told).toEqual(['1', '2', '3 final', '4 final']);
});

test('a lost thread is waited for until its numbers are whole, one that is not ready is not', () => {
  const { telling, one, other } = setUp();
  telling.want();
  telling.begin();
  one.areUsersGone = true;
  other.isReady = false;
  other.isRetiring = true;
  telling.stop();
  expect(one.told).not.toContain('3 final');
  other.isRetiring = false;
  telling.check();
  telling.last();
  expect(one.told).toContain('3 final');
});
