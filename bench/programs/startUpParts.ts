/** What a worker does before it can be acknowledged, step by step, timed. `startUpParts.js SCENARIO` */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as Bundling from '../../src/cli/bundle.ts';
import type * as Pools from '../../src/engine/main/threadPool.ts';
import { repository } from '../support/paths.ts';

const [scenario = ''] = process.argv.slice(2);
const marks: number[] = [performance.now()];
const compiled = <Module>(path: string): Promise<Module> => import(pathToFileURL(join(repository, 'dist', path)).href) as Promise<Module>;
const mark = (): number => marks.push(performance.now());

await compiled('cli/main.js');
mark();
await compiled('cli/workerCommand.js');
mark();
const { bundleScenario } = await compiled<typeof Bundling>('cli/bundle.js');
const bundle = await bundleScenario([scenario]);
mark();
const { ThreadPool } = await compiled<typeof Pools>('engine/main/threadPool.js');
const pool = await ThreadPool.start({
  threadCount: 1,
  bundleUrls: bundle.urls,
  host: null,
  seed: '1',
  hangTimeoutMs: 0,
  nowMs: () => performance.now(),
  ledgers: { define: () => undefined, threadEnded: () => undefined },
  sink: () => undefined,
  log: () => undefined,
});
mark();

const [nodeMs = 0, ...rest] = marks;
const [commandLineMs, modulesMs, compileMs, threadMs] = rest.map((at, step) => at - (marks[step] ?? 0));
process.stdout.write(`${JSON.stringify({ nodeMs, commandLineMs, modulesMs, compileMs, threadMs })}\n`);
await pool.close();
bundle.removeNow();
process.exit();
