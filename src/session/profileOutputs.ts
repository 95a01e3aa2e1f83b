/** `--cpu-profile` and `--mem-profile`: checked before the run, waited for after it, listed at the end; as outputs of a run, and in a worker. */
import { join, parse } from 'node:path';
import type { Output } from '../outputs/outputs.ts';
import { assertWritable, filledPath } from '../outputs/reportFile.ts';
import type { RunStart } from '../report/runView.ts';
import { errorLine } from '../util/errorText.ts';
import type { Settings } from '../options/settings.ts';

/** As the pool's: resolves when all load threads have written theirs, rejects when one could not. */
export type MakeProfile = (what: 'cpu' | 'memory', path: string, durationMs: number) => Promise<void>;

type Wanted = { readonly what: 'cpu' | 'memory'; readonly path: string; readonly durationMs: number };

function wantedOf({ cpuProfile, cpuProfileMs, memoryProfile, memoryProfileMs }: Settings): readonly Wanted[] {
  return [
    ...(cpuProfile === null ? [] : [{ what: 'cpu', path: cpuProfile, durationMs: cpuProfileMs } as const]),
    ...(memoryProfile === null ? [] : [{ what: 'memory', path: memoryProfile, durationMs: memoryProfileMs } as const]),
  ];
}

/** Of a run. */
export function profileOutputs(settings: Settings, start: RunStart, make: MakeProfile): readonly Output[] {
  return wantedOf(settings).map((wanted) => profileOutput(wanted, start, make));
}

function profileOutput({ what, path, durationMs }: Wanted, start: RunStart, make: MakeProfile): Output {
  const filled = filledPath(path, start);
  const files = filesOf(what, filled, start.threadCount);
  let written: Promise<void> = Promise.resolve();
  return {
    async onStart() {
      for (const file of files) await assertWritable(file);
      written = make(what, filled, durationMs);
      // The end of the run is where it is heard.
      written.catch(() => undefined);
    },
    onStop: () => written,
    files: () => files,
  };
}

/** Profiles of a worker, of its first test. */
export type WorkerProfiles = {
  /** A test begins; the first one is profiled. */
  readonly startTest: (make: MakeProfile) => void;
  /** After the end of the threads: what was written, or why not, each as a line. */
  readonly results: () => Promise<readonly string[]>;
};

/** Of a worker, which may wait for its first test for hours. Rejects with a BoomerError when a file cannot be written. */
export async function workerProfiles(settings: Settings): Promise<WorkerProfiles> {
  const { threadCount } = settings;
  const wanted = wantedOf(settings);
  for (const { what, path } of wanted) for (const file of filesOf(what, path, threadCount)) await assertWritable(file);
  let written: Promise<readonly string[]> | null = null;
  return {
    startTest(make) {
      written ??= Promise.all(wanted.map(({ what, path, durationMs }) => make(what, path, durationMs).then(
        () => `profiles written: ${filesOf(what, path, threadCount).join(', ')}`,
        (error: unknown) => `no ${what} profile: ${errorLine(error)}`,
      )));
    },
    results: async () => (await written) ?? wanted.map(({ what }) => `no ${what} profile: there was no test`),
  };
}

/** As the pool names them: one for each load thread. */
function filesOf(what: 'cpu' | 'memory', path: string, threadCount: number): readonly string[] {
  const { dir, name } = parse(path);
  return Array.from({ length: threadCount }, (_, index) => join(dir, `${name}.${index}.${what === 'cpu' ? 'cpuprofile' : 'heapprofile'}`));
}
