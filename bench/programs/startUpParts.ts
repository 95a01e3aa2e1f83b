/** What a worker does before it can be acknowledged, step by step, timed. `startUpParts.js SCENARIO` */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as Bundling from '../../src/compile/bundle.ts';
import type * as Pools from '../../src/engine/main/threadPool.ts';
import { repository } from '../support/paths.ts';

const [scenario = ''] = process.argv.slice(2);
const nodeMs = performance.now();
const load = <Module>(path: string): Promise<Module> => import(pathToFileURL(join(repository, 'dist', path)).href) as Promise<Module>;
/** A part of the command, by the module that it begins with. */
const loadPart = (name: string): Promise<unknown> => load(`lib/${readdirSync(join(repository, 'dist/lib')).find((file) => file.startsWith(`${name}-`)) ?? name}`);

const commandLineMs = await msOf(() => loadPart('main'));
const modulesMs = await msOf(() => loadPart('workerCommand'));
// Neither can be had of the parts alone.
const { bundleScenario } = await load<typeof Bundling>('compile/bundle.js');
const { ThreadPool } = await load<typeof Pools>('engine/main/threadPool.js');
const bundles: Bundling.Bundle[] = [];
const compileMs = await msOf(async () => bundles.push(await bundleScenario([scenario])));
const pools: Pools.ThreadPool[] = [];
const threadMs = await msOf(async () => pools.push(await ThreadPool.start({
  threadCount: 1,
  bundleUrls: bundles.flatMap(({ urls }) => urls),
  host: null,
  seed: '1',
  hangTimeoutMs: 0,
  nowMs: () => performance.now(),
  ledgers: { define: () => undefined, threadEnded: () => undefined },
  sink: () => undefined,
  log: () => undefined,
})));

process.stdout.write(`${JSON.stringify({ nodeMs, commandLineMs, modulesMs, compileMs, threadMs })}\n`);
for (const pool of pools) await pool.close();
for (const { removeNow } of bundles) removeNow();
process.exit();

async function msOf(work: () => Promise<unknown>): Promise<number> {
  const beganMs = performance.now();
  await work();
  return performance.now() - beganMs;
}
