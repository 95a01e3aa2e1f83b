import { afterSockets, areSocketsSeen } from '../../../src/util/eventLoop.ts';

test('sockets are seen in what is called after them and in all that it awaits at once, and nowhere else', async () => {
  const seen: [string, boolean][] = [];
  const look = (where: string): void => void seen.push([where, areSocketsSeen]);
  setImmediate(() => look('before'));
  afterSockets(() => {
    look('called');
    void (async () => {
      await Promise.resolve();
      look('microtask');
      await Promise.resolve();
      look('and its own');
    })();
    setTimeout(() => look('timer'), 0);
    setImmediate(() => look('later'));
  });
  setImmediate(() => look('after'));
  while (seen.length < 7) await new Promise((resolve) => setTimeout(resolve, 1));
  expect(new Map(seen)).toEqual(new Map([['before', false], ['called', true], ['microtask', true], ['and its own', true], ['timer', false], ['later', false], ['after', false]]));
});
