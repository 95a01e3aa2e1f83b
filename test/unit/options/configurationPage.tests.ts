/** docs/configuration.md lists every option as the table has it. `UPDATE_DOCS=1 npm run test:fast -- test/unit/options.test.ts` writes the list anew. */
import { readFileSync, writeFileSync } from 'node:fs';
import { optionGroups } from '../../../src/options/option.ts';
import { dashed, optionKeys, optionTable, type OptionKey } from '../../../src/options/optionTable.ts';

const page = new URL('../../../docs/configuration.md', import.meta.url);
const [begin, end] = ['<!-- options: begin -->\n', '<!-- options: end -->\n'];

const code = (text: string): string => `\`${text.replaceAll('|', '\\|')}\``;

function row(option: OptionKey): string {
  const { name, aliases = [], value, bare, key, variables = [], default: standard, unset, only, describe, hasNoFlag, reads: { kind } } = optionTable[option];
  const placeholder = value === undefined ? '' : bare === undefined ? ` ${value}` : `[=${value}]`;
  const flags = hasNoFlag === true ? '–' : [...aliases.filter((alias) => alias.length === 1), name, ...aliases.filter((alias) => alias.length > 1)].map((flag) => code(dashed(flag))).join(' ') + placeholder;
  const otherwise = standard === undefined ? (unset ?? (kind === 'switch' ? 'off' : '')) : code(standard);
  return `| ${flags} | ${key === undefined ? '–' : code(key)} | ${variables.length === 0 ? '–' : variables.map(code).join(' ')} | ${otherwise} | ${only ?? 'both'} | ${describe} |`;
}

function optionTables(): string {
  const head = '| flag | key | variable | default | for | what it says |\n|---|---|---|---|---|---|';
  return optionGroups.map((group) => `### ${group}\n\n${head}\n${optionKeys.filter((option) => optionTable[option].group === group).map(row).join('\n')}\n`).join('\n');
}

it('lists every option', () => {
  const text = readFileSync(page, 'utf8');
  const from = text.indexOf(begin) + begin.length;
  const [before, listed, after] = [text.slice(0, from), text.slice(from, text.indexOf(end)), text.slice(text.indexOf(end))];
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(page, `${before}${optionTables()}${after}`);
  else expect(listed).toBe(optionTables());
});
