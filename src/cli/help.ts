/** What `--help` prints: from the option table, or from a command's own. */
import { redactData, redacted } from '../util/redaction.ts';
import { isMap } from '../util/typeGuards.ts';
import { optionGroups, type Option } from '../options/option.ts';
import { dashed, optionKeys, optionTable, type OptionKey } from '../options/optionTable.ts';
import { listed, switchOf } from '../options/readers.ts';
import { givenOf, isHeeded, valueOf, type Answers, type CommandName } from '../options/settings.ts';
import { swarmRows } from './swarm/swarmFlags.ts';

/** A flag, and what is said of it. */
export type HelpRow = { readonly left: string; readonly right: string };
/** Rows under a heading. */
export type HelpPart = { readonly title: string; readonly rows: readonly HelpRow[] };

/** Each command, with what it does. */
export const commandRows: readonly HelpRow[] = [
  { left: 'worker [files…]', right: 'Join a Locust master, which drives the users (the default)' },
  { left: 'run [files… | URLs]', right: 'Run the scenario, or request the URLs, without a master (also --headless, --run-tasks, --list)' },
  { left: 'init [folder]', right: 'Write a load test for this project: scenario, configuration, scripts, a target to try it on' },
  { left: 'debug [files…] [Class]', right: 'One user in the main thread, each request shown with its answer (--task NAME: that task once)' },
  { left: 'locustfile [files…]', right: 'Write a locustfile for a Locust master (-o FILE), or --check one' },
  { left: 'swarm [files…]', right: 'Start a Locust master with its web UI, and one worker here' },
  { left: 'import FILE…', right: 'Make a scenario of recorded traffic: HAR, curl, logs, Postman, OpenAPI … (-o FILE)' },
  { left: 'record --target URL', right: 'Record what a browser does with a site, through a proxy (-o FILE.har)' },
  { left: 'replay FILE --host URL', right: 'Send the requests of a capture, a HAR or an access log again, at their moments' },
  { left: 'compare BASE HEAD', right: 'Compare the summaries of two runs' },
  { left: 'completion [bash|zsh|fish]', right: 'Print the script by which a shell completes commands, flags and files' },
];

const examples: Readonly<Record<CommandName, readonly HelpRow[]>> = {
  worker: [{ left: 'boomer-node worker scenario.ts --master-host 10.0.0.5', right: 'join the master on 10.0.0.5' }],
  run: [
    { left: 'boomer-node run http://localhost:8080/ -u 10', right: '10 users request it for 10 s' },
    { left: 'boomer-node run scenario.ts -u 50 -r 10 -t 1m', right: '50 users for a minute' },
    { left: 'boomer-node run scenario.ts --rate 100/s -t 30s --threshold "p(95)<200"', right: '100 tasks a second, judged' },
    { left: 'boomer-node run scenario.ts --stage 30s:10 --stage 1m:50', right: 'up to 10 users, then to 50' },
  ],
  swarm: [
    { left: 'boomer-node swarm scenario.ts', right: "Locust's web UI drives the scenario" },
    { left: 'boomer-node swarm scenario.ts --headless -u 50 -r 10 -t 1m', right: '50 users for a minute, then the exit code' },
  ],
};

/** Null: of the program as a whole. */
export function helpOf(command: CommandName | null, columns: number): string {
  const heads: Readonly<Record<CommandName, string>> = {
    worker: 'boomer-node worker [files…] --master-host HOST\n\nA Locust worker in Node: a Locust master drives the users of a TypeScript or JavaScript scenario.',
    swarm: 'boomer-node swarm [files…]\n\nStarts a real Locust master with its web UI, and one worker in this process. Locust is found on the PATH, or installed once.',
    run: 'boomer-node run [files… | URLs]\n\nRuns a TypeScript or JavaScript scenario, or requests URLs, without a master, and judges it.',
  };
  const common: HelpPart = {
    title: 'Help',
    rows: [
      { left: '-h, --help', right: command === null ? 'Show this; after a command: its flags alone' : 'Show this' },
      { left: '-V, --version', right: 'Show the version' },
      { left: '-- ARGUMENT…', right: command === 'swarm' ? "More of Locust's own flags, for the master" : "Arguments of the scenario's own, for its ownArguments()" },
    ],
  };
  if (command === null) {
    const head = 'boomer-node [command] [files…]\n\nLoad tests in TypeScript: a Locust worker in Node, and runs without a master.';
    return helpText(head, [{ title: 'Commands', rows: commandRows }, ...optionParts(null), common, { title: 'Examples', rows: [...examples.worker, ...examples.run] }], columns);
  }
  return helpText(heads[command], [...(command === 'swarm' ? [{ title: 'Master', rows: swarmRows }] : []), ...optionParts(command), common, { title: 'Examples', rows: examples[command] }], columns);
}

/** Of the command `debug`. */
export function debugHelp(columns: number): string {
  const rows = [
    { left: '--task NAME…', right: 'Run these tasks (name or Class.name) once each and end; else the user goes on until Ctrl-C' },
    { left: '-t, -i, --host, --tags, -e …', right: 'As for run, whose flags it has' },
  ];
  const head = 'boomer-node debug [files…] [Class]\n\nRuns one user in the main thread, where breakpoints, console.log and node --inspect-brk work as in any program, and shows each request with its answer.';
  return helpText(head, [{ title: 'Flags', rows }, { title: 'Examples', rows: [{ left: 'node --inspect-brk node_modules/boomer-node/dist/cli/bin.js debug scenario.ts', right: 'wait for a debugger' }] }], columns);
}

/** An option of a command's own table, in the form that the parser takes. */
export type OwnOption = { readonly alias?: string | readonly string[] | undefined; readonly describe?: unknown; readonly type?: string | undefined };

/** Of a command with a table of its own. */
export function ownHelp(head: string, table: Readonly<Record<string, OwnOption>>, columns: number): string {
  const rows = Object.entries(table).map(([name, { alias = [], describe, type }]) => ({
    left: `${[...[alias].flat(), name].map(dashed).join(', ')}${type === 'string' ? ' VALUE' : ''}`,
    right: typeof describe === 'string' ? describe : '',
  }));
  return helpText(head, [{ title: 'Flags', rows: [...rows, { left: '-h, --help', right: 'Show this' }] }], columns);
}

/** Headings with their rows, no line wider than `columns` where words allow it. */
export function helpText(head: string, parts: readonly HelpPart[], columns: number): string {
  const blocks = parts.filter(({ rows }) => rows.length > 0).map(({ title, rows }) => [`${title}:`, ...rows.flatMap((row) => rowLines(row, columns))].join('\n'));
  return `${[head, ...blocks].join('\n\n')}\n`;
}

function optionParts(command: CommandName | null): readonly HelpPart[] {
  const options = optionKeys.filter((key) => command === null || isHeeded(command, key)).map((key) => optionTable[key]);
  return optionGroups.map((title) => ({
    title,
    rows: options
      .filter(({ group, hasNoFlag }) => group === title && hasNoFlag === undefined)
      .map((option) => ({ left: flagText(option), right: `${option.describe}${remarkText(option, command)}` })),
  }));
}

/** `-u, --users N` */
function flagText({ name, aliases = [], value, bare }: Option<unknown>): string {
  const letters = aliases.filter((alias) => alias.length === 1);
  const words = aliases.filter((alias) => alias.length > 1);
  const placeholder = value === undefined ? '' : bare === undefined ? ` ${value}` : `[=${value}]`;
  return `${[...letters, name, ...words].map(dashed).join(', ')}${placeholder}`;
}

function remarkText({ default: standard, variables = [], only }: Option<unknown>, command: CommandName | null): string {
  const remarks = [
    ...(command === null && only !== undefined ? [only] : []),
    ...(standard === undefined ? [] : [`default: ${standard}`]),
    ...(variables.length === 0 ? [] : [`env: ${variables.join(', ')}`]),
  ];
  return remarks.map((remark) => ` [${remark}]`).join('');
}

const leftColumns = 34;

function rowLines({ left, right }: HelpRow, columns: number): readonly string[] {
  const lines = wrapped(right, Math.max(20, columns - leftColumns));
  const head = `  ${left}`;
  const isLong = head.length > leftColumns - 2;
  const indent = ' '.repeat(leftColumns);
  const rest = lines.map((line) => `${indent}${line}`);
  return isLong ? [head, ...rest] : [`${head.padEnd(leftColumns)}${lines[0] ?? ''}`, ...rest.slice(1)];
}

/** What is in brackets stays on one line. */
function wrapped(text: string, columns: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.match(/\[[^\]]*\]|\S+/gu) ?? []) {
    if (line !== '' && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

type Shown = { readonly key: OptionKey; readonly value: unknown; readonly from: string };

/** What `--show-config` prints: each option of the command, what it is, and who said so, in lines of three columns; `--json` makes it `{ "users": { "value": 10, "from": "--users" } … }`. Secrets are left out. */
export function shownConfig(command: CommandName, answers: Answers, files: readonly string[]): string {
  const shown = optionKeys.filter((key) => isHeeded(command, key) && key !== 'showsConfig').map((key) => shownOption(key, answers, files));
  if (valueOf(answers, 'isJson')) return `${JSON.stringify(Object.fromEntries(shown.map(({ key, value, from }) => [optionTable[key].name, { value, from }])), null, 2)}\n`;
  const cells = shown.map(({ key, value, from }) => [optionTable[key].name, textOf(key, value), from] as const);
  const width = (column: 0 | 1): number => Math.max(...cells.map((cell) => cell[column].length).filter((length) => length <= widestValue));
  const [first, second] = [width(0), width(1)];
  return cells.map(([name, value, from]) => `${name.padEnd(first)}  ${value.padEnd(second)}  ${from}\n`).join('');
}

/** A wider value pushes its own line's last column aside, not everybody's. */
const widestValue = 40;

function shownOption(key: OptionKey, answers: Answers, files: readonly string[]): Shown {
  const isTyped = key === 'files' && files.length > 0;
  if (isTyped && answers.get('files')?.rank !== 0) return { key, value: files, from: 'command line' };
  const given = givenOf(answers, key);
  if (given === null) return { key, value: optionTable[key].reads.kind === 'switch' ? false : null, from: 'default' };
  const raw = isTyped ? [...files, ...listed(given.raw)] : given.raw;
  return { key, value: withoutSecrets(key, asKind(key, raw)), from: given.where };
}

/** As JSON has it: numbers as numbers, switches as booleans. */
function asKind(key: OptionKey, raw: unknown): unknown {
  const { kind } = optionTable[key].reads;
  if (kind === 'switch') return switchOf({ raw, where: `--${optionTable[key].name}` });
  return kind === 'number' && typeof raw === 'string' && /^-?\d+(?:\.\d+)?$/u.test(raw) ? Number(raw) : raw;
}

function withoutSecrets(key: OptionKey, value: unknown): unknown {
  if (optionTable[key].isSecret !== true) return redactData(value);
  if (optionTable[key].reads.kind !== 'pairs') return redacted;
  return isMap(value) ? Object.fromEntries(Object.keys(value).map((key) => [key, redacted])) : listed(value).map((item) => String(item).replace(/=.*$/su, `=${redacted}`));
}

function textOf(key: OptionKey, value: unknown): string {
  if (value === null) return optionTable[key].unset ?? '';
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value.join(' ');
  return JSON.stringify(value);
}
