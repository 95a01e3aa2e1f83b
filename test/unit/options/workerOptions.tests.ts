/** Each option in a worker: it does what it says, or a line of the log says that it does not. A new option needs its line here. */
import { readFileSync } from 'node:fs';
import { idleOptions } from '../../../src/cli/chosenCommand.ts';
import { optionKeys, optionTable, type OptionKey } from '../../../src/options/optionTable.ts';
import { mergeLayers } from '../../../src/options/settings.ts';

/** `works`: in a worker too; `named`: without effect, with a warning; `master's`: not worth one; `reports`: the master writes them. */
type Fate = 'works' | 'named' | "master's" | 'reports';

const fates: Readonly<Record<Fate, readonly OptionKey[]>> = {
  works: [
    'maxRate', 'increaseRate', 'stopTimeoutMs', 'threadCount', 'hangTimeoutMs', 'files', 'host', 'allowHosts', 'userClasses', 'tags', 'excludeTags', 'seed',
    'variables', 'variablesFile', 'failureSamples', 'summaryFile', 'requestLog', 'hasNoProgress', 'logLevel', 'logFile', 'skipsLogSetup', 'cpuProfile', 'cpuProfileMs',
    'memoryProfile', 'memoryProfileMs', 'masterHost', 'masterPort', 'timesInTenths', 'hasNoScheduleRows', 'isWorker', 'onMasterLoss', 'masterLossGraceMs',
    'masterSilenceMs', 'readyDelaySec', 'configFile', 'showsConfig', 'arrivals',
  ],
  named: [
    'iterations', 'stages', 'warmUpMs', 'ownOptions', 'httpDebug', 'runTasks', 'isList', 'isWatching', 'showsTaskRatio', 'showsTaskRatioJson', 'thresholds', 'thresholdsFromFile', 'skipsThresholds',
    'thresholdExitCode', 'failsOnUntrusted', 'labels', 'junitFile', 'namedOutputs', 'isQuiet', 'hasNoColour', 'method', 'headers', 'body', 'savedScenario',
  ],
  "master's": ['users', 'spawnPerSec', 'runTimeMs', 'resetStats', 'configUsers', 'equalWeights', 'exitCodeOnError', 'isOnlySummary', 'isHeadless'],
  reports: ['csvPrefix', 'csvFullHistory', 'isJson', 'jsonFile', 'htmlFile'],
};

it('has every option here, once', () => {
  expect(Object.values(fates).flat().sort()).toEqual([...optionKeys].sort());
});

/** What a worker runs of the settings. */
const heeding = ['cli/worker/workerCommand', 'cli/worker/workerRecord', 'session/profileOutputs', 'session/session', 'cli/main', 'cli/chosenCommand', 'cli/worker/fetchedScenario', 'options/settings', 'options/environmentLayer']
  .map((name) => readFileSync(new URL(`../../../src/${name}.ts`, import.meta.url), 'utf8'))
  .join('\n');

it.each(Object.entries(fates).flatMap(([fate, keys]) => keys.map((key) => [optionTable[key].name, fate, key] as const)))('--%s: %s', (name, fate, key) => {
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
