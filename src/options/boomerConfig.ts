/**
 * What `boomer.config.ts` may say, as its author sees it: each key stands beside the option that it sets. The values are checked
 * when they are read, whoever wrote them.
 */
import type { LoadConfig } from './loadOptions.ts';
import type { ProgramConfig } from './programOptions.ts';
import type { ReportConfig } from './reportOptions.ts';
import type { ScenarioConfig } from './scenarioOptions.ts';

/** Options of the command line as keys in camelCase; lists and maps have plural names. */
export type BoomerConfig = ScenarioConfig & LoadConfig & ReportConfig & ProgramConfig;

/** Returns what it is given; for `boomer.config.ts`, so that an editor knows the keys. */
export function defineConfig(config: BoomerConfig): BoomerConfig {
  return config;
}
