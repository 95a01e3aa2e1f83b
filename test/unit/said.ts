/** Answers from what tests type: flags as a command line, variables, and configuration files by name. */
import { readCommandLine } from '../../src/cli/commandLine.ts';
import { mergeLayers, type Answers } from '../../src/options/settings.ts';
import { readConfigFiles, type ConfigSource } from '../../src/options/configFiles.ts';
import { environmentLayer, type ProcessEnvironment } from '../../src/options/environmentLayer.ts';

export type Files = Readonly<Record<string, string | Readonly<Record<string, unknown>>>>;

/** `said('-u 5 --host', …)` is not taken apart: one string an argument. */
export function said(args: readonly string[], env: ProcessEnvironment = {}): Answers {
  return mergeLayers([readCommandLine(args).flags, environmentLayer(env)]);
}

/** All layers; files are in `/here`, or in `/home` when their names begin with `~/`. An object is what a module exports. */
export async function saidWithFiles(args: readonly string[], env: ProcessEnvironment, files: Files, named: string | null = null): Promise<{ readonly answers: Answers; readonly warnings: readonly string[]; readonly idle: readonly string[] }> {
  const { layers, warnings, idle } = await readConfigFiles(sourceOf(files), named === null ? null : { path: named, where: '--config' });
  return { answers: mergeLayers([readCommandLine(args).flags, environmentLayer(env), ...layers]), warnings, idle };
}

function sourceOf(files: Files): ConfigSource {
  const byPath = new Map(Object.entries(files).map(([name, content]) => [name.startsWith('~/') ? `/home/${name.slice(2)}` : `/here/${name}`, content]));
  return {
    cwd: '/here',
    home: '/home',
    readText: (path) => {
      const content = byPath.get(path);
      return content === undefined ? null : typeof content === 'string' ? content : '';
    },
    importModule: async (path) => {
      const content = byPath.get(path);
      return typeof content === 'object' ? content : {};
    },
  };
}
