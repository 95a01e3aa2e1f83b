/** `npm start`, without npm: a swarm on an example with a target of its own, and every way to end it early. */
import { readdir } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';

import { venvPython } from '../../locust/demo/paths.ts';
import { Processes } from '../../src/cluster/childProcess.ts';
import { startMaster } from '../../src/cluster/locustMaster.ts';
import { hasCode } from '../../src/util/errorText.ts';
import { folderWith, tidy } from '../cli/command.ts';
import { LocustMaster } from '../support/locustMaster.ts';
import { freePort, isPortFree, loopback } from '../support/ports.ts';
import { TestProcesses } from '../support/processes.ts';
import { Program } from '../support/program.ts';
import { until } from '../support/until.ts';

afterEach(tidy);

const shortRun = ['locust/demo/start.mjs', '--users', '5', '--spawn-rate', '5', '--run-time', '6s'];
/** As Locust's master says it. */
const allSpawned = /All users spawned: \{"HelloWorldUser": 5\}/;
const longRun = ['locust/demo/start.mjs', '--users', '5', '--spawn-rate', '5', '--run-time', '10m'];

/**
 * Nothing that the program started lives, and its ports are free again. It uses Locust's usual ports, which somebody
 * else's Locust may take at that very moment, so they get a minute; what we left there would stay for ten.
 */
async function expectNothingLeft(program: Program): Promise<void> {
  expect(await program.living()).toEqual([]);
  for (const [, port] of program.output.matchAll(/http:\/\/127\.0\.0\.1:(\d+)/g)) {
    await until(`port ${port} is free`, async () => await isPortFree(Number(port)), { timeoutMs: 60_000 });
  }
}

test('the demo shows its address first, runs, shows that the numbers agree, and ends with 0', async () => {
  await using processes = new TestProcesses();
  const program = Program.start(processes, shortRun);
  await program.prints(/web UI: http/);
  await program.prints(allSpawned);
  // A port that was taken meanwhile has made it tell another one.
  const uiUrl = [...program.output.matchAll(/web UI: (http:\S+)/g)].at(-1)?.[1];
  const page = await (await fetch(uiUrl ?? '')).text();
  expect(page).toContain('Locust');
  expect(await program.ended()).toMatchObject({ code: 0 });
  expect(program.output).toMatch(/Type +Name +# reqs[^]*Aggregated[^]*Response time percentiles/);
  const [, counted, delivered, answered] = /recorded (\d+) requests, 0 of them failed, and the master has (\d+); the target answered (\d+)/.exec(program.output) ?? [];
  expect([counted, delivered]).toEqual([answered, answered]);
  expect(Number(counted)).toBeGreaterThan(5);
  await expectNothingLeft(program);
}, 150_000);

const moments = [
  ['at its first word', /web UI: http/],
  ['while the master starts', /web UI: http[^]*/],
  ['when the master is up', /Workers on other machines join by/],
  ['while users run', allSpawned],
] as const;

describe.each(moments)('interrupted %s', (moment, sign) => {
  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('by %s it ends with %d and leaves nothing', async (signal, code) => {
    await using processes = new TestProcesses();
    const program = Program.start(processes, longRun);
    await program.prints(sign);
    if (moment === 'while the master starts') await program.find(/-m locust/);
    program.child.signal(signal);
    expect(await program.ended(30_000)).toMatchObject({ code });
    await expectNothingLeft(program);
  }, 150_000);
});

test('a second Ctrl-C ends it at once', async () => {
  const temporary = await folderWith({});
  await using processes = new TestProcesses();
  const program = Program.start(processes, longRun, { TMPDIR: temporary });
  await program.prints(allSpawned);
  // A master that is stopped by SIGSTOP cannot end when asked: without the second signal this takes its grace of 6 s.
  const master = await program.find(/-m locust/);
  process.kill(master.pid, 'SIGSTOP');
  program.child.signal('SIGINT');
  await program.prints(/once more to do it at once/);
  const askedAgainMs = performance.now();
  await until('the second signal is taken for one', async () => {
    program.child.signal('SIGINT');
    return program.child.isGone;
  });
  expect(performance.now() - askedAgainMs).toBeLessThan(3_000);
  expect(await program.ended()).toMatchObject({ code: 130 });
  await until('nothing is left', async () => (await program.living()).length === 0);
  // The swarm had no time to remove its own; its next start knows by the owner's name that it may.
  const left = (await readdir(temporary)).filter((name) => name.startsWith('boomer-node-'));
  expect(await Promise.all(left.map(async (name) => await readdir(join(temporary, name))))).toEqual(left.map((): unknown => expect.arrayContaining(['.owner'])));
}, 150_000);

test.each([
  ['the Locust master', /-m locust --master/],
  ['the target', /dist\/demo\/target\.js/],
])('when %s dies, the demo ends with 1, says so, and leaves nothing', async (name, pattern) => {
  await using processes = new TestProcesses();
  const program = Program.start(processes, longRun);
  await program.prints(allSpawned);
  process.kill((await program.find(pattern)).pid, 'SIGKILL');
  expect(await program.ended()).toMatchObject({ code: 1 });
  expect(program.output).toContain(`Failed: ${name} was ended by SIGKILL`);
  await expectNothingLeft(program);
}, 150_000);

test('ports that are taken are replaced, and it says so', async () => {
  const holders = [await hold(8089), await hold(5557)];
  try {
    await using processes = new TestProcesses();
    const program = Program.start(processes, longRun);
    const [, uiPort] = await program.prints(/Port 8089 is taken: the web UI gets port (\d+)/);
    const [, uiUrl] = await program.prints(/web UI: (http:\S+)/);
    expect(uiUrl).toBe(`http://127.0.0.1:${uiPort}`);
    await program.prints(/Port 5557 is taken: the master gets port \d+/);
    await program.prints(allSpawned);
    program.child.signal('SIGINT');
    expect(await program.ended()).toMatchObject({ code: 130 });
    await expectNothingLeft(program);
  } finally {
    for (const holder of holders) holder?.close();
  }
}, 150_000);

test.each([
  [['--user', '3'], /unknown flag --user: did you mean --users\?/],
  [['--run-time', 'soon'], /--run-time expects a duration/],
])('%j is a usage error: 2', async (args, message) => {
  await using processes = new TestProcesses();
  const program = Program.start(processes, ['locust/demo/start.mjs', ...args]);
  expect(await program.ended()).toMatchObject({ code: 2 });
  expect(program.output).toMatch(message);
});

test('a port that is taken between the look and the start: the master gets others, and the address is told anew', async () => {
  await using holder = new TestProcesses();
  // Somebody else's Locust on the very port: it answers as ours would.
  const foreign = await LocustMaster.start(holder, { locustfile: 'locust/dummy.py' });
  const foreignUiPort = Number(new URL(foreign.uiUrl).port);
  const processes = new Processes();
  try {
    const said: string[] = [];
    const context = { processes, stop: new AbortController().signal, say: (text: string) => said.push(text), onLine: () => undefined };
    const request = { locust: { command: venvPython, args: ['-m', 'locust'], version: '' }, files: ['locust/dummy.py'], webHost: loopback, args: [], variables: [], isOurs: () => Promise.resolve(true) };
    const byUi = await startMaster(context, { ...request, webPort: foreignUiPort, port: await freePort() });
    expect(byUi.webPort).not.toBe(foreignUiPort);
    expect(said.join('\n')).toMatch(new RegExp(`Port ${foreignUiPort} or \\d+ was taken[^]*web UI: http://127.0.0.1:${byUi.webPort}`));
    const byWorkers = await startMaster(context, { ...request, webPort: await freePort(), port: foreign.port });
    expect(byWorkers.port).not.toBe(foreign.port);
  } finally {
    await processes.stopAll();
  }
}, 150_000);

/** Null when somebody holds it already, which does just as well. */
async function hold(port: number): Promise<Server | null> {
  const server = createServer();
  return await new Promise((resolve, reject) => {
    server.once('error', (error) => (hasCode(error, 'EADDRINUSE') ? resolve(null) : reject(error)));
    server.listen(port, loopback, () => resolve(server));
  });
}
