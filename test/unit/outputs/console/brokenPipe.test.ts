import { EventEmitter } from 'node:events';
import { surviveBrokenPipe } from '../../../../src/outputs/console/brokenPipe.ts';

it('survives a reader that went away, and nothing else, until it is told to stop', () => {
  const stream = new EventEmitter();
  const stop = surviveBrokenPipe(stream);
  expect(() => stream.emit('error', Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }))).not.toThrow();
  expect(() => stream.emit('error', Object.assign(new Error('disk full'), { code: 'ENOSPC' }))).toThrow('disk full');
  stop();
  expect(stream.listenerCount('error')).toBe(0);
});
