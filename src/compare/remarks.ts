/**
 * What a person should know before believing a comparison.
 */
import type { ComparedRun } from './comparedRun.ts';

export function remarksOn(bases: readonly ComparedRun[], head: ComparedRun, correlations: ReadonlyMap<ComparedRun, number | null>, assumedNoise: number): readonly string[] {
  const runs = [...bases, head];
  const remarks = runs.flatMap((run) => run.remarks.map((remark) => `${run.source}: ${remark}`));
  for (const name of new Set(runs.flatMap(({ conditions }) => Object.keys(conditions)))) {
    const values = [...new Set(runs.map(({ conditions }) => conditions[name] ?? '?'))];
    // A new version of the generator is no other load.
    if (values.length > 1) remarks.push(`the runs differ in ${name}: ${values.join(' | ')}`);
  }
  const unseen = runs.filter((run) => correlations.get(run) === null);
  if (unseen.length > 0) remarks.push(`${unseen.map(({ source }) => source).join(', ')}: no telling how requests depend on one another (it takes a summary of 50 s or more), they are taken as independent`);
  if (bases.length === 1) remarks.push(`one base run: runs of the same build are taken to differ by ${Number((100 * assumedNoise).toPrecision(3))} % (--run-noise); more base runs (--base FILE) measure it`);
  return remarks;
}
