/** `[tool.locust]` of a pyproject.toml, as Locust reads it (argument_parser.py, `LocustTomlConfigParser`). The only file that knows smol-toml, loaded where such a table is. */
import { BoomerError } from '../util/boomerError.ts';
import { isMap } from '../util/typeGuards.ts';
import type { ConfEntries } from './locustConf.ts';

/** What the table holds, as locust.conf would say it; null: there is none. Throws a BoomerError for what is no TOML. */
export async function parsePyproject(text: string, file: string): Promise<ConfEntries | null> {
  // Most such files are a Python project's, and have nothing for Locust.
  if (!text.includes('locust')) return null;
  const { parse } = await import('smol-toml');
  let table: unknown;
  try {
    const { tool } = parse(text.replace(/^\u{feff}/u, ''));
    table = isMap(tool) ? tool['locust'] : undefined;
  } catch (cause) {
    throw new BoomerError('usage', `${file} is not TOML: ${cause instanceof Error ? cause.message.trim() : String(cause)}`, { cause });
  }
  return isMap(table) ? new Map(Object.entries(table).map(([key, value]) => [key, Array.isArray(value) ? value : String(value)])) : null;
}
