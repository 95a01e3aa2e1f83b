/** How a run is shown: flags, and the variables that programs on a terminal have in common. */
import type { DisplaySettings } from './runSettings.ts';
import type { Answers } from './options/answers.ts';
import type { Environment } from './options/environmentLayer.ts';
import { isOn } from './options/readers.ts';

export function displayOptions(answers: Answers, env: Environment): DisplaySettings {
  return {
    isQuiet: isOn(answers, 'quiet'),
    isOnlySummary: isOn(answers, 'only-summary'),
    hasProgress: !isOn(answers, 'no-progress') && !saysYes(env['CI']),
    hasColours: coloursOf(answers, env),
    isJson: isOn(answers, 'json'),
  };
}

/** NO_COLOR (no-color.org) goes before FORCE_COLOR, as in picocolors; null: nobody says anything. */
function coloursOf(answers: Answers, env: Environment): boolean | null {
  if (isOn(answers, 'no-color') || (env['NO_COLOR'] ?? '') !== '') return false;
  const forced = env['FORCE_COLOR'];
  return forced === undefined ? null : saysYes(forced) || forced === '';
}

function saysYes(value: string | undefined): boolean {
  return value !== undefined && !['', '0', 'false'].includes(value.toLowerCase());
}
