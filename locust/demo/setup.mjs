/** Runs before `npm test` and `npm start`, after the build: makes the virtual environment with Locust, unless it is there. */
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Processes } from '../../dist/cluster/childProcess.js';
import { watchInterruptions } from '../../dist/cluster/interruptions.js';
import { ensureVenv } from '../../dist/cluster/locustEnvironment.js';

const locustDir = fileURLToPath(new URL('..', import.meta.url));

/** The Python that has Locust. `dir`: the folder with `requirements.txt`, in which `.venv` is made. */
export async function setUp(processes, stop, dir = locustDir) {
  const say = (text) => process.stdout.write(`${text}\n`);
  return await ensureVenv({ processes, stop, say, progress: say, requirements: join(dir, 'requirements.txt'), venv: join(dir, '.venv') });
}

/** Does `work`, ends all that it started, however it ends, and sets the exit code: what it gives, 1 after an error, 128 + the signal's number. */
export async function guarded(work) {
  const processes = new Processes();
  const watch = watchInterruptions((again) => {
    processes.killAll();
    process.exit(again.exitCode);
  });
  watch.stop.addEventListener('abort', () => {
    process.stdout.write('Stopping everything; once more to do it at once.\n');
    void processes.stopAll();
  });
  // A reader that goes away (`npm start | head`) must not take us down before the children are.
  process.stdout.on('error', () => process.kill(process.pid, 'SIGTERM'));
  let code = 1;
  try {
    code = await work(processes, watch.stop);
  } catch (error) {
    if (!watch.stop.aborted) process.stdout.write(`Failed: ${error instanceof Error ? error.message : error}\n`);
  }
  await processes.stopAll();
  watch.close();
  process.exitCode = watch.stop.aborted ? watch.stop.reason.exitCode : code;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await guarded(async (processes, stop) => {
    await setUp(processes, stop, process.argv[2]);
    return 0;
  });
}
