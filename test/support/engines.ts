/** Both ways to talk HTTP, for tests that hold for either: `describe.each(engines)`. */
import type { Engine } from '../../src/http/connection/connectionPool.ts';
import { fastEngine } from '../../src/http/connection/fast/fastConnection.ts';
import { undiciEngine } from '../../src/http/connection/undici/undiciEngine.ts';

export const engines: readonly (readonly [name: string, engine: Engine])[] = [
  ['HttpUser', undiciEngine],
  ['FastHttpUser', fastEngine],
];
