/** `--cpu-profile` and `--mem-profile`: checked before the run, waited for after it, listed at the end; as outputs of a run, and in a worker. */
import { join, parse } from 'node:path';
import { assertWritable, filledPath } from '../outputs/filePaths.ts';
import type { Output } from '../outputs/output.ts';
import type { RunStart } from '../report/runView.ts';
import { errorLine } from '../util/errorText.ts';
import type { CommonSettings, Profile } from './commonSettings.ts';

/** As the pool's: resolves when all load threads have written theirs, rejects when one could not. */
export type MakeProfile = (what: 'cpu' | 'memory', path: string, durationMs: number) => Promise<void>;

export function profileOutputs({ cpuProfile, memoryProfile }: Pick<CommonSettings, 'cpuProfile' | 'memoryProfile'>, start: RunStart, make: MakeProfile): readonly Output[] {
  const toOutput = (what: 'cpu' | 'memory', profile: Profile | null): readonly Output[] => (profile === null ? [] : [profileOutput(what, profile, start, make)]);
  return [...toOutput('cpu', cpuProfile), ...toOutput('memory', memoryProfile)];
}

function profileOutput(what: 'cpu' | 'memory', { path, durationMs }: Profile, start: RunStart, make: MakeProfile): Output {
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

export type WorkerProfiles = {
  /** A test begins; the first one is profiled. */
  readonly begin: () => void;
  /** After the end of the threads: what was written, or why not, each as a line. */
  readonly end: () => Promise<readonly string[]>;
};

/** Of a worker, which may wait for its first test for hours. Rejects with a BoomerError when a file cannot be written. */
export async function workerProfiles({ cpuProfile, memoryProfile, threadCount }: Pick<CommonSettings, 'cpuProfile' | 'memoryProfile' | 'threadCount'>, make: MakeProfile): Promise<WorkerProfiles> {
  const wanted = [
    ...(cpuProfile === null ? [] : [{ what: 'cpu', ...cpuProfile } as const]),
    ...(memoryProfile === null ? [] : [{ what: 'memory', ...memoryProfile } as const]),
  ];
  for (const { what, path } of wanted) for (const file of filesOf(what, path, threadCount)) await assertWritable(file);
  let written: Promise<readonly string[]> | null = null;
  return {
    begin() {
      written ??= Promise.all(wanted.map(({ what, path, durationMs }) => make(what, path, durationMs).then(
        () => `profiles written: ${filesOf(what, path, threadCount).join(', ')}`,
        (error: unknown) => `no ${what} profile: ${errorLine(error)}`,
      )));
    },
    end: async () => (await written) ?? wanted.map(({ what }) => `no ${what} profile: there was no test`),
  };
}

/** As the pool names them: one for each load thread. */
function filesOf(what: 'cpu' | 'memory', path: string, threadCount: number): readonly string[] {
  const { dir, name } = parse(path);
  return Array.from({ length: threadCount }, (_, index) => join(dir, `${name}.${index}.${what === 'cpu' ? 'cpuprofile' : 'heapprofile'}`));
}
