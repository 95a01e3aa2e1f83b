import { EventEmitter } from 'node:events';
import { listenToKeys } from '../../../src/cli/run/terminal.ts';

class FakeStdin extends EventEmitter {
  readonly isTTY: boolean;
  isRaw = false;
  isPaused = true;

  constructor(isTTY: boolean) {
    super();
    this.isTTY = isTTY;
  }

  setRawMode(isRaw: boolean): void {
    this.isRaw = isRaw;
  }

  resume(): void {
    this.isPaused = false;
  }

  pause(): void {
    this.isPaused = true;
  }
}

function listening(isTTY = true) {
  const stdin = new FakeStdin(isTTY);
  const heard: (number | string)[] = [];
  const exitListeners = process.listenerCount('exit');
  const stop = listenToKeys({ stdin, onUsers: (by) => heard.push(by), onQuit: () => heard.push('quit'), onInterrupt: () => heard.push('interrupt') });
  return { stdin, heard, stop, hasExitListener: () => process.listenerCount('exit') > exitListeners };
}

it('hears the keys of Locust, also several at once, and no others', () => {
  const { stdin, heard, stop } = listening();
  stdin.emit('data', Buffer.from('w'));
  stdin.emit('data', 'WsSx\u001b[1;2Sq');
  stdin.emit('data', '\u001bOS\u0003');
  expect(heard).toEqual([1, 10, -1, -10, 'quit', 'interrupt']);
  stop();
});

it('gives the terminal back, once, when it is told to', () => {
  const { stdin, heard, stop, hasExitListener } = listening();
  expect([stdin.isRaw, stdin.isPaused, hasExitListener()]).toEqual([true, false, true]);
  stop();
  stdin.isRaw = true; // somebody else's from here on
  stop();
  stdin.emit('data', 'w');
  expect([stdin.isRaw, stdin.isPaused, hasExitListener()]).toEqual([true, true, false]);
  expect(heard).toEqual([]);
});

it('gives the terminal back when the process exits', () => {
  const before = process.listeners('exit');
  const { stdin } = listening();
  const own = process.listeners('exit').filter((listener) => !before.includes(listener));
  expect(own).toHaveLength(1);
  own[0]?.call(process, 0);
  expect([stdin.isRaw, stdin.isPaused]).toEqual([false, true]);
});

it('listens for errors of the terminal once, however many runs there are', () => {
  const stdin = new FakeStdin(true);
  for (let run = 0; run < 11; run += 1) listenToKeys({ stdin, onUsers: () => undefined, onQuit: () => undefined, onInterrupt: () => undefined })();
  expect([stdin.listenerCount('error'), stdin.listenerCount('data')]).toEqual([1, 0]);
  expect(() => stdin.emit('error', new Error('EIO'))).not.toThrow();
});

it('does nothing where stdin is no terminal', () => {
  const { stdin, hasExitListener, stop } = listening(false);
  expect([stdin.isRaw, stdin.isPaused, stdin.listenerCount('data'), hasExitListener()]).toEqual([false, true, 0, false]);
  stop();
});
