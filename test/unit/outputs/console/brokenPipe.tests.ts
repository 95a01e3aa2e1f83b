import { EventEmitter } from 'node:events';
import { surviveBrokenPipe } from '../../../../src/outputs/console/brokenPipe.ts';

it('survives a reader that went away, and tells of anything else once, until it is told to stop', () => {
  const stream = new EventEmitter();
  const others: unknown[] = [];
  const stop = surviveBrokenPipe(stream, (error) => others.push(error));
  expect(() => stream.emit('error', Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }))).not.toThrow();
  expect(others).toEqual([]);
  const full = Object.assign(new Error('disk full'), { code: 'ENOSPC' });
  for (let times = 0; times < 2; times++) stream.emit('error', full);
  expect(others).toEqual([full]);
  stop();
  expect(stream.listenerCount('error')).toBe(0);
});
