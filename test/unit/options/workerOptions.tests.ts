/** Each option in a worker: what it does is read where a worker reads settings, or a line of the log says that it does nothing. */
import { readFileSync } from 'node:fs';
import { idleOptions } from '../../../src/cli/chosenCommand.ts';
import { optionKeys, optionTable, type OptionKey } from '../../../src/options/optionTable.ts';
import { mergeLayers } from '../../../src/options/settings.ts';

/** `works`: in a worker too; `named`: without effect, with a warning; `master's`: not worth one; `reports`: the master writes them. */
type Fate = 'works' | 'named' | "master's" | 'reports';

function fateOf(key: OptionKey): Fate {
  const { only, isMasters, group } = optionTable[key];
  if (only !== 'run') return 'works';
  return isMasters === undefined ? 'named' : group === 'Reports' ? 'reports' : "master's";
}

it('are of each kind', () => {
  const known: readonly (readonly [OptionKey, Fate])[] = [['maxRate', 'works'], ['masterHost', 'works'], ['warmUpMs', 'named'], ['junitFile', 'named'], ['users', "master's"], ['htmlFile', 'reports']];
  expect(known.map(([key]) => [key, fateOf(key)])).toEqual(known);
});

/** What a worker runs of the settings. */
const heeding = ['cli/worker/workerCommand', 'cli/worker/workerRecord', 'session/profileOutputs', 'session/session', 'cli/main', 'cli/chosenCommand', 'cli/worker/fetchedScenario', 'options/settings', 'options/environmentLayer']
  .map((name) => readFileSync(new URL(`../../../src/${name}.ts`, import.meta.url), 'utf8'))
  .join('\n');

it.each(optionKeys.map((key) => [optionTable[key].name, fateOf(key), key] as const))('--%s: %s', (name, fate, key) => {
  const flags = new Map([[key, { raw: optionTable[key].reads.kind === 'switch' ? true : 'x', where: `--${name}` }]]);
  const remarks = idleOptions('worker', { flags, idle: [] }, mergeLayers([flags]), []);
  expect(remarks.map(({ level, text }) => [level, text.includes(`--${name}`)])).toEqual({
    works: [],
    named: [['warning', true]],
    "master's": [['debug', true]],
    reports: [['info', true]],
  }[fate]);
  if (fate === 'works') expect(heeding).toMatch(new RegExp(`(?:\\.|'|[{,] )${key}\\b`, 'u'));
});
