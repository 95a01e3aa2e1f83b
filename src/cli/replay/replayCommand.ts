/**
 * `boomer-node replay traffic.gor --host URL`: a run of the scenario that stands for a capture. It has the flags of `run`, but for those that say how much load there is: that
 * says the capture.
 */
import { relative, resolve } from 'node:path';
import { scenarioFiles } from '../../compile/bundle.ts';
import { dashed, flagNames, optionTable, unknownFlag, type OptionKey } from '../../options/optionTable.ts';
import type { Answers, Layer, Settings } from '../../options/settings.ts';
import { openUnread } from '../../traffic/readers/openExchanges.ts';
import { checkCapture, visitorKinds, type VisitorKind } from '../../traffic/replay/replayCapture.ts';
import { speedOf } from '../../traffic/replay/replayClock.ts';
import { requestPattern } from '../../traffic/replay/requestPattern.ts';
import { BoomerError } from '../../util/boomerError.ts';
import { nearest } from '../../util/nearest.ts';
import { readOwnFlags, type Flag } from '../commandLine.ts';
import { quoted, urlFrom, writtenScenario } from '../run/urlScenario.ts';

/** Flags that `run` does not have, or has for URLs alone. */
export const replayFlags: Readonly<Record<string, Flag>> = {
  speed: { type: 'string', requiresArg: true, describe: 'How many times as fast as it was recorded: 2x, 0.5x, 200% [default: 1x]' },
  loop: { type: 'boolean', describe: 'Begin anew at the end of the capture, with new visitors [default: the run ends there]' },
  only: { type: 'string', array: true, requiresArg: true, describe: "Send these requests alone: 'GET /api/*', 'POST,PUT /cart'; repeatable" },
  session: { type: 'string', requiresArg: true, describe: `By what visitors are told apart: ${visitorKinds.join(', ')} [default: visitor, by all that tells]` },
  header: { type: 'string', array: true, requiresArg: true, describe: 'A header of all requests, "Name: value", in place of the recorded one; repeatable' },
  save: { type: 'string', requiresArg: true, describe: 'Keep the scenario that stands for the capture, to go on from' },
};

/** What was asked for, as checked values. */
export type ReplayAsked = {
  readonly speed: number;
  readonly loop: boolean;
  readonly only: readonly string[];
  readonly session: VisitorKind;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly savedScenario: string | null;
};

/** What a capture says by itself, and a scenario that is none of this one's. */
const refused: readonly OptionKey[] = ['users', 'spawnPerSec', 'stages', 'arrivals', 'maxRate', 'increaseRate', 'iterations', 'files', 'userClasses', 'configUsers', 'equalWeights', 'tags', 'excludeTags', 'runTasks', 'isList', 'method', 'body'];

/** Splits the command's own flags from those of a run; throws a BoomerError for a value that makes no sense. */
export function splitReplayFlags(args: readonly string[]): { readonly asked: ReplayAsked; readonly others: readonly string[] } {
  const own: string[] = [];
  const others: string[] = [];
  for (let place = 0; place < args.length; place += 1) {
    const word = args[place] ?? '';
    const [, name = '', joined] = /^--([a-z]+)(=.*)?$/su.exec(word) ?? [];
    const flag = Object.hasOwn(replayFlags, name) ? replayFlags[name] : undefined;
    const meant = flag === undefined && name !== '' && name !== 'version' && !flagNames.has(name) ? nearest(name, Object.keys(replayFlags)) : null;
    if (meant !== null) throw unknownFlag(name, meant);
    if (flag === undefined) others.push(word);
    else own.push(word, ...(flag.type === 'string' && joined === undefined ? args.slice(place + 1, (place += 1) + 1) : []));
  }
  const { typed } = readOwnFlags(own, replayFlags);
  const one = (name: string): string | null => {
    const value = typed[name];
    if (Array.isArray(value)) throw new BoomerError('usage', `--${name} was given ${value.length} times, expected it once`);
    return typeof value === 'string' ? value : null;
  };
  const list = (name: string): readonly string[] => [typed[name]].flat().filter((value) => typeof value === 'string');
  const only = list('only');
  for (const pattern of only) requestPattern(pattern, '--only');
  const savedScenario = one('save');
  if (savedScenario !== null && !/\.m?[tj]s$/u.test(savedScenario)) throw new BoomerError('usage', `--save expects a file that ends in .ts, .mts, .js or .mjs, got "${savedScenario}"`);
  return { asked: { speed: speedAsked(one('speed')), loop: typed['loop'] === true, only, session: sessionAsked(one('session')), headers: list('header').map(headerAsked), savedScenario }, others };
}

function speedAsked(text: string | null): number {
  const speed = text === null ? 1 : speedOf(text);
  if (speed === null) throw new BoomerError('usage', `--speed expects a number above 0, such as 2x, 0.5x or 200%, got "${text ?? ''}"`);
  return speed;
}

function sessionAsked(text: string | null): VisitorKind {
  const kind = text === null ? 'visitor' : visitorKinds.find((known) => known === text);
  if (kind === undefined) throw new BoomerError('usage', `--session expects ${visitorKinds.join(', ')}, got "${text ?? ''}"`);
  return kind;
}

function headerAsked(text: string): readonly [string, string] {
  const [, name = '', value = ''] = /^([!#$%&'*+.^_`|~\w-]+):[ \t]*(.*?)[ \t]*$/u.exec(text) ?? [];
  // It may be a secret: not shown.
  if (name === '') throw new BoomerError('usage', `--header expects "Name: value", got "${text.replace(/:.*$/su, ': …')}"`);
  return [name.toLowerCase(), value];
}

/** Throws a BoomerError for a flag of `run` that says what the capture says. */
export function refuseLoadFlags(flags: Layer): void {
  const key = refused.find((one) => flags.has(one));
  if (key === undefined) return;
  throw new BoomerError('usage', `${dashed(optionTable[key].name)} contradicts replay: the capture says which requests are sent, when, and by how many visitors (--speed, --only and -t change that)`);
}

/** What variables and files say of load is for another test. */
export function replayAnswers(said: Answers): Answers {
  const answers = new Map(said);
  for (const key of refused) answers.delete(key);
  return answers;
}

/** Where the scenario is that stands for the capture. Throws a BoomerError for a capture that cannot be read or has nothing to send, and without a host. */
export async function replayScenario(words: readonly string[], asked: ReplayAsked, { host }: Pick<Settings, 'host'>, cwd: string): Promise<readonly string[]> {
  const [file, ...more] = words;
  if (file === undefined || more.length > 0) throw new BoomerError('usage', `replay expects one capture, ${file === undefined ? 'and none was named' : `got ${words.length}`}: boomer-node replay traffic.gor --host http://localhost:8080`);
  if (host === null) throw new BoomerError('usage', 'replay expects --host URL, where the requests are to be sent: the hosts of the capture are left alone');
  const path = resolve(cwd, file);
  await checkCapture(file, path, openUnread, { ...asked, only: asked.only.map((pattern) => requestPattern(pattern, '--only')) });
  return scenarioFiles([await writtenScenario(asked.savedScenario, cwd, (home, isTypeScript) => replayScenarioText(urlFrom(home, path), relative(cwd, path), asked, host, isTypeScript))], cwd);
}

/** `url`: of the capture, as the scenario names it. */
export function replayScenarioText(url: string, name: string, { speed, loop, only, session, headers }: Omit<ReplayAsked, 'savedScenario'>, host: string, isTypeScript: boolean): string {
  const override = isTypeScript ? 'static override' : 'static';
  const options = [
    ...(speed === 1 ? [] : [`speed: ${speed}`]),
    ...(loop ? ['loop: true'] : []),
    ...(only.length === 0 ? [] : [`only: [${only.map(quoted).join(', ')}]`]),
    ...(session === 'visitor' ? [] : [`session: ${quoted(session)}`]),
    ...(headers.length === 0 ? [] : ['rewrite']),
  ];
  const rewrite = ['function rewrite(request) {', ...headers.map(([header, value]) => `  request.headers[${quoted(header)}] = ${quoted(value)};`), '}', ''];
  return [
    `import { ReplayUser, replay${isTypeScript && headers.length > 0 ? ', type ReplayRequest' : ''} } from 'boomer-node';`,
    '',
    ...(headers.length === 0 ? [] : rewrite.map((line) => (isTypeScript ? line.replace('(request)', '(request: ReplayRequest): undefined') : line))),
    `/** The visitors of ${name.replaceAll('*/', '* /')}. */`,
    'export class Visitor extends ReplayUser {',
    `  ${override} host = ${quoted(host)};`,
    '  // Nobody looks at the answers.',
    `  ${override} http = { discardBody: true };`,
    `  ${override} replay = replay(new URL(${quoted(url)}, import.meta.url)${options.length === 0 ? '' : `, { ${options.join(', ')} }`});`,
    '}',
    '',
  ].join('\n');
}
