/** YAML that others wrote. The only owner of `yaml`, which is loaded for such a file alone. */
import { createRequire } from 'node:module';
import type * as yaml from 'yaml';
import { unreadableTraffic } from '../recording.ts';

const require = createRequire(import.meta.url);

/** Throws a BoomerError that has the line. */
export function parseYaml(text: string, source: string): unknown {
  const { parseDocument } = require('yaml') as typeof yaml;
  try {
    const document = parseDocument(text, { logLevel: 'silent' });
    const [error] = document.errors;
    if (error !== undefined) throw unreadableTraffic(source, `line ${error.linePos?.[0].line ?? 1}`, `this is no YAML: ${error.message.split('\n', 1)[0]?.replace(/ at line \d+.*$/u, '') ?? ''}`, error);
    return document.toJS({ maxAliasCount: 100 }) as unknown;
  } catch (cause) {
    if (cause instanceof RangeError) throw unreadableTraffic(source, null, 'it is nested too deeply', cause);
    if (cause instanceof ReferenceError) throw unreadableTraffic(source, null, 'its aliases stand for too much', cause);
    throw cause;
  }
}
