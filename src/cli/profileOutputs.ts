/** `--cpu-profile` and `--mem-profile` as outputs of the run: checked before it, waited for after it, listed at the end. */
import { join, parse } from 'node:path';
import { assertWritable, filledPath } from '../outputs/filePaths.ts';
import type { Output } from '../outputs/output.ts';
import type { RunStart } from '../outputs/runView.ts';
import type { Profile, RunSettings } from './runSettings.ts';

/** As the pool's: resolves when all load threads have written theirs, rejects when one could not. */
export type MakeProfile = (what: 'cpu' | 'memory', path: string, durationMs: number) => Promise<void>;

export function profileOutputs({ cpuProfile, memoryProfile }: Pick<RunSettings, 'cpuProfile' | 'memoryProfile'>, start: RunStart, make: MakeProfile): readonly Output[] {
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

/** As the pool names them: one for each load thread. */
function filesOf(what: 'cpu' | 'memory', path: string, threadCount: number): readonly string[] {
  const { dir, name } = parse(path);
  return Array.from({ length: threadCount }, (_, index) => join(dir, `${name}.${index}.${what === 'cpu' ? 'cpuprofile' : 'heapprofile'}`));
}
