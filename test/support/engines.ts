/** Both ways to talk HTTP, for tests that hold for either: `describe.each(engines)`. */
import type { Engine } from '../../src/client/engine.ts';
import { fastEngine } from '../../src/client/fast/fastEngine.ts';
import { undiciEngine } from '../../src/client/undiciClient.ts';

export const engines: readonly (readonly [name: string, engine: Engine])[] = [
  ['HttpUser', undiciEngine],
  ['FastHttpUser', fastEngine],
];
