/** From recordings to a scenario: what is kept, what belongs together, what varies. */
import { headerOf, unknownOrigin, type Pair, type Recording } from './recording.ts';
import { stepOf } from './makeStep.ts';
import { Secrets, type Secret } from './secrets.ts';
import { selected, type Choice } from './selection.ts';
import type { Step } from './step.ts';
import { singleTasks, thinkTimes, walkTasks, type PlannedTask } from './tasks.ts';
import { identifier, Names } from './writer/code.ts';
import { scenarioText } from './writer/scenarioText.ts';
import { BoomerError } from '../util/boomerError.ts';
import { counted } from '../util/counted.ts';

/** What was asked for beside the files. */
export type ImportOptions = Choice & {
  /** The site's, if its requests are not to be found out; null: they are. */
  readonly host: string | null;
  /** In small letters: stay although a browser sends them by itself. */
  readonly keptHeaders: ReadonlySet<string>;
};

/** The scenario, and what to tell whoever asked for it. */
export type Imported = { readonly text: string; readonly secrets: readonly Secret[]; readonly summary: readonly string[] };

/** What a task's method may not be called: members of users and task sets. */
const members = 'client user parent wait interrupt random environment host signal sleep measure record recordSuccess recordFailure rest restUncached onStart onStop waitTime scheduleTask tasks stop run name constructor toString valueOf leave'.split(' ');

/** Throws a BoomerError when nothing is left to write. */
export function importTraffic(recordings: readonly Recording[], options: ImportOptions): Imported {
  const isChosen = recordings.every((recording) => recording.isChosen);
  const exchanges = recordings.flatMap((recording) => recording.exchanges);
  const { visits, origin, leftOut } = selected(exchanges, isChosen ? { keepsStatic: true, keepsThirdParties: true } : options, options.host === null ? null : new URL(options.host).origin);
  const sources = recordings.map(({ source, kind }) => `${source} (${kind})`).join(', ');
  if (visits.length === 0) throw new BoomerError('unreadable-traffic', `${sources}: no request is left for a scenario${leftOut.length === 0 ? '' : `: left out were ${leftOut.join(', ')}`}`);
  const steps = visits.map((visit) => stepOf(visit, options.keptHeaders));
  const isWalk = steps.some(({ visit }) => visit.answer !== null && visit.startedMs !== null);
  const names = new Names(members);
  const tasks = isWalk ? walkTasks(steps, names) : singleTasks(steps, names);
  const secrets = new Secrets(new Names());
  const cookies = startCookies(steps, origin);
  const cookieCode = cookies === null ? null : secrets.codeFor(cookies, 'cookies', `cookies of ${origin ?? 'the host'}, as a browser's cookie header has them`);
  const replaced = secrets.replace(steps, new Map());
  const className = `${classNameOf(origin, recordings[0]?.source ?? '')}User`;
  const text = scenarioText({
    className,
    walkName: isWalk && tasks.length > 1 ? className.replace(/User$/u, 'Walk') : null,
    origin,
    host: options.host ?? (origin === unknownOrigin ? null : origin),
    tasks: tasks.map((task) => withoutSecrets(task, secrets.values)),
    waitSec: isWalk ? thinkTimes(tasks) : null,
    replaced,
    remarks: new Map(),
    secrets: secrets.all,
    cookies: cookieCode,
    head: [`Made by boomer-node import of ${sources}.`],
  });
  const remarks = recordings.flatMap((recording) => recording.remarks);
  return { text, secrets: secrets.all, summary: [`${counted(steps.length, 'request')} in ${counted(tasks.length, 'task')} of ${className}`, ...[...leftOut, ...remarks].map((reason) => `left out: ${reason}`)] };
}

/** Names of rows and titles are for everybody to see. */
function withoutSecrets(task: PlannedTask, values: readonly string[]): PlannedTask {
  const clean = (text: string): string => values.reduce((shown, value) => shown.replaceAll(value, '[secret]'), text);
  return { ...task, title: task.title === null ? null : clean(task.title), steps: task.steps.map((step) => ({ ...step, name: clean(step.name) })) };
}

/** Cookies that the site had set before the recording began; null: none. Those of analytics are nobody's. */
function startCookies(steps: readonly Step[], origin: string | null): string | null {
  const set = new Set<string>();
  const found = new Map<string, string>();
  for (const { visit, origin: own } of steps) {
    if (own === origin) for (const [name, value] of cookiePairs(headerOf(visit.request.headers, 'cookie') ?? '')) if (!set.has(name) && !found.has(name) && !analytics.test(name)) found.set(name, value);
    for (const { answer } of [visit, ...visit.redirects]) {
      for (const [name, value] of answer?.headers ?? []) if (name.toLowerCase() === 'set-cookie') for (const line of value.split('\n')) set.add(line.split('=', 1)[0]?.trim() ?? '');
    }
  }
  return found.size === 0 ? null : [...found].map(([name, value]) => `${name}=${value}`).join('; ');
}

const analytics = /^(?:_ga|_gid|_gat|_gcl|_fbp|_fbc|_hj|_pk_|_uet|__utm|__gads|__gpi|_clck|_clsk|ajs_|amplitude|mp_|optimizely|_dc_gtm|_parsely|OptanonConsent|AMCV|s_cc$|s_sq$|_scid|_tt_|_pin_|_rdt_|ki_|kndctr)/u;

function cookiePairs(header: string): readonly Pair[] {
  return header.split(/;\s*/u).flatMap((text) => {
    const at = text.indexOf('=');
    return at <= 0 ? [] : [[text.slice(0, at), text.slice(at + 1)] as const];
  });
}

/** `Shop` of `https://www.shop.example`; of an address the file's name. */
function classNameOf(origin: string | null, source: string): string {
  const { hostname } = new URL(origin ?? 'http://localhost');
  const labels = hostname.split('.').filter((label) => label !== 'www');
  const isName = labels.length > 1 && !/^[\d.]+$|^\[|\.invalid$/u.test(hostname);
  const name = identifier(isName ? (labels.at(labels.length > 2 && (labels.at(-2) ?? '').length <= 3 ? -3 : -2) ?? '') : source.replace(/\.\w+$/u, ''), 'site');
  return name.charAt(0).toUpperCase() + name.slice(1);
}
