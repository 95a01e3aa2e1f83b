/** The Python modules of this package that a locustfile carries whole inside, so that it stands alone. */
import { readFileSync } from 'node:fs';

/** A module's file name and its text. */
export type MasterModule = { readonly name: string; readonly text: string };

const names = ['boomer_master.py', 'boomer_shape.py', 'feeder.py', 'lost_workers.py', 'replay.py', 'stop_test.py'];

/** In the order in which they stand in the file. */
export function masterModules(): readonly MasterModule[] {
  return names.map((name) => ({ name, text: readFileSync(new URL(`../../locust/${name}`, import.meta.url), 'utf8') }));
}

/** What the modules call things of their own: no user class may be called so. */
export function namesIn(modules: readonly MasterModule[]): ReadonlySet<string> {
  return new Set(
    modules.flatMap(({ text }) => [
      ...[...text.matchAll(/^(?:def|class) (\w+)/gmu), ...text.matchAll(/^(\w+) = /gmu), ...text.matchAll(/^import (\w+)/gmu)].map(([, name = '']) => name),
      ...[...text.matchAll(/^from \S+ import (.+)$/gmu)].flatMap(([, list = '']) => list.split(',').map((name) => name.trim())),
    ]),
  );
}
