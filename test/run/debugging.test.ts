/** A load thread at a breakpoint: a real debugger in a real run. */
import { WebSocket } from 'undici';
import { startRun, tidy } from './running.ts';

afterAll(tidy);

/** Stops in its task, as soon as there is a debugger that it stops for, and then ends the test. */
const scenario = `
import { stopTest, task, User } from 'boomer-node';
export class Debugged extends User {
  @task
  async work() {
    await this.sleep(0.02);
    const beganMs = performance.now();
    debugger;
    const elapsedMs = performance.now() - beganMs;
    if (elapsedMs < 1_000) return;
    this.record({ type: 'debugged', name: 'work', elapsedMs });
    stopTest('debugged');
  }
}
`;

type Message = { readonly id?: number; readonly method?: string; readonly params?: { readonly sessionId?: string; readonly message?: string } };

/** Attaches to the load threads as Chrome's tools and editors do; resolves when one is at a breakpoint, with what lets it go on. */
async function breakpointOf(url: string): Promise<() => void> {
  const socket = new WebSocket(url);
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve);
    socket.addEventListener('error', reject);
  });
  let id = 0;
  const send = (method: string, params: object = {}): void => socket.send(JSON.stringify({ id: ++id, method, params }));
  const tellThread = (sessionId: string, method: string): void => send('NodeWorker.sendMessageToWorker', { sessionId, message: JSON.stringify({ id: ++id, method }) });
  const paused = new Promise<string>((resolve) => {
    socket.addEventListener('message', ({ data }) => {
      const { method, params } = JSON.parse(String(data)) as Message;
      const sessionId = params?.sessionId ?? '';
      if (method === 'NodeWorker.attachedToWorker') tellThread(sessionId, 'Debugger.enable');
      if (method === 'NodeWorker.receivedMessageFromWorker' && params?.message?.includes('"Debugger.paused"') === true) resolve(sessionId);
    });
  });
  send('NodeWorker.enable', { waitForDebuggerOnStart: false });
  const sessionId = await paused;
  return () => {
    tellThread(sessionId, 'Debugger.disable');
    tellThread(sessionId, 'Debugger.resume');
    socket.close();
  };
}

test.each([
  ['from the start', '--inspect=127.0.0.1:0', null],
  ['later, by a signal', '--inspect-port=127.0.0.1:0', 'SIGUSR1'],
] as const)('a thread at a breakpoint is not blocked, with a debugger that came %s', async (_, flag, signal) => {
  const { command, ended } = await startRun(scenario, ['-u', '1', '--hang-timeout', '500ms'], {}, { nodeArgs: [flag] });
  if (signal !== null) {
    await command.printed(/All users spawned/u);
    command.signal(signal);
  }
  await command.printed(/Debugger listening on ws:\/\/\S+/u);
  const goOn = await breakpointOf(/Debugger listening on (ws:\/\/\S+)/u.exec(command.stderr)?.[1] ?? '');
  await command.printed(/a load thread stands still while the inspector listens/u);
  await new Promise((resolve) => setTimeout(resolve, 1_500)); // three times the hang timeout
  goOn();
  const run = await ended;
  expect(run.stderr).not.toMatch(/was lost|blocks it/u);
  expect(run.stderr.match(/may be at a breakpoint/gu)).toHaveLength(1);
  expect(run.stderr).toContain('PASS · 1 request');
  expect(run.code).toBe(0);
});
