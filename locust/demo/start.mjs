/**
 * `npm start`: `boomer-node swarm` on an example, with a target of its own, for about a minute; then the numbers of the target and of the
 * worker are held against each other. Flags behind `npm start --` are the swarm's.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describeExit, untilReady } from '../../dist/cluster/childProcess.js';
import { makeTemporaryFolder } from '../../dist/compile/temporaryFolder.js';
import { guarded, setUp } from './setup.mjs';

const projectDir = fileURLToPath(new URL('../..', import.meta.url));

/** About a minute: 50 s of ramp-up and 20 s at the peak; the master ends by itself 4 s later, which is time to look. */
const usual = { '--users': '50', '--spawn-rate': '1', '--run-time': '70s', '--autoquit': '4', '--stop-timeout': '10' };
const letters = { '-u': '--users', '-r': '--spawn-rate', '-t': '--run-time', '-s': '--stop-timeout' };

const typed = process.argv.slice(2);
const isTyped = (flag) => typed.some((word) => (letters[word.slice(0, 2)] ?? word.split('=')[0]) === flag);
const flags = Object.entries(usual).flatMap((pair) => (isTyped(pair[0]) ? [] : pair));

await guarded(async (processes, stop) => {
  const say = (line) => process.stdout.write(`${line}\n`);
  const python = await setUp(processes, stop);
  const folder = await makeTemporaryFolder();
  // Also after a second Ctrl-C, which ends us where we stand.
  process.once('exit', folder.removeNow);
  const target = await startTarget(processes, stop);
  const summary = join(folder.path, 'summary.json');
  const swarm = processes.start({
    name: 'the swarm',
    command: process.execPath,
    args: ['dist/cli/bin.js', 'swarm', 'examples/helloWorld.ts', '--host', target.url, '--autostart', ...flags, '--locust', `${python} -m locust`, '--summary-export', summary, ...typed],
    cwd: projectDir,
    stopSignal: 'SIGINT',
    graceMs: 20_000,
    onLine: say,
  });
  const first = await Promise.race([swarm.exit, target.child.exit.then(() => 'target')]);
  if (first === 'target') throw new Error(describeExit(target.child.name, await target.child.exit));
  stop.throwIfAborted();
  if (first.code !== 0) {
    say(`Failed: ${describeExit(swarm.name, first)}`);
    return first.code ?? 1;
  }
  return await compare(target.url, summary, say);
});

/** In a process of its own, so that it does not compete with the users. */
async function startTarget(processes, stop) {
  let onUrl = () => undefined;
  const url = new Promise((resolve) => (onUrl = resolve));
  const child = processes.start({
    name: 'the target',
    command: process.execPath,
    args: ['dist/demo/target.js'],
    cwd: projectDir,
    onLine: (line) => {
      const found = /listening on (http:\S+)/.exec(line);
      if (found !== null) onUrl(found[1]);
    },
  });
  return { child, url: await untilReady(url, child, stop) };
}

/** The target's own count is the truth that what the master was told must equal. */
async function compare(targetUrl, summary, say) {
  const { answered } = await (await fetch(`${targetUrl}/__counts`)).json();
  const { recorded, delivered } = JSON.parse(await readFile(summary, 'utf8'));
  say(`The worker recorded ${recorded.requests} requests, ${recorded.failures} of them failed, and the master has ${delivered.requests}; the target answered ${answered}.`);
  const isSame = answered === recorded.requests && answered === delivered.requests && answered > 0;
  if (!isSame) say(answered === 0 ? 'Failed: no request was made' : 'Failed: the numbers differ');
  return isSame ? 0 : 1;
}
