/**
 * `replay(file, options)`: what a class that replays recorded traffic has as `static replay`.
 */
import { type RequestPattern, requestPattern } from '../../traffic/replay/requestPattern.ts';
import type { ReplayRequest } from '../../traffic/replay/replayedRequest.ts';
import { speedOf } from '../../traffic/replay/replayClock.ts';
import { visitorKinds, type VisitorKind } from '../../traffic/replay/replayCapture.ts';
import { BoomerError } from '../../util/boomerError.ts';
import { nearest } from '../../util/nearest.ts';
import { printed } from '../../util/printed.ts';
import { isObject } from '../../util/typeGuards.ts';
import { dataFile } from '../feeders/dataFile.ts';

/** What a replay may be asked for. */
export type ReplayOptions = {
  /** How many times as fast as it was recorded: 2, `'2x'` or `'200%'`; above 0, default 1. */
  readonly speed?: number | string | undefined;
  /** Begins anew at the end of the capture, with new visitors; default false: the end of the capture ends the test. */
  readonly loop?: boolean | undefined;
  /** Requests that are sent, all others are left out: `'GET /api/*'`, `'POST,PUT /cart'`, `'/item/*'`; of several patterns one must fit. Default: all. */
  readonly only?: string | readonly string[] | undefined;
  /**
   * By what visitors are told apart: `'visitor'` (default) is the cookie of a session, else authorization, else the address and the browser; `'cookie'` and `'address'` are these
   * alone. What belongs to one visitor is sent by one user, in its order. `'none'`: each request stands for itself.
   */
  readonly session?: VisitorKind | undefined;
  /** Changes a request before it is sent: the object that it is given, or another that it returns; null leaves the request out. */
  readonly rewrite?: ((request: ReplayRequest) => ReplayRequest | null | undefined) | undefined;
  /** Visitors at once on each load thread, default 1000; of more the one that has been idle for longest gives way, and its cookies are forgotten. */
  readonly maxUsers?: number | undefined;
};

/** A capture with what is asked of its replay; made by `replay`. */
export type Replay = {
  /** The file, as it was named. */
  readonly name: string;
  readonly path: string;
  readonly speed: number;
  readonly loop: boolean;
  /** Empty: all. */
  readonly only: readonly RequestPattern[];
  readonly session: VisitorKind;
  readonly rewrite: (request: ReplayRequest) => ReplayRequest | null | undefined;
  readonly maxUsers: number;
};

const optionNames = ['speed', 'loop', 'only', 'session', 'rewrite', 'maxUsers'];
const made = new WeakSet<object>();

/**
 * For `static replay` of a class that extends ReplayUser: sends the requests of a capture (`.gor`, HAR, access log) at the moments at which they were recorded. A
 * relative path starts at the working directory, `new URL('traffic.gor', import.meta.url)` at the scenario's own file. Throws a
 * BoomerError for options that do not exist or make no sense; the file is looked at when the scenario is loaded.
 */
export function replay(file: string | URL, options: ReplayOptions = {}): Replay {
  if (!isObject(options)) throw wrong('replay(file, options)', 'an object', options);
  for (const name of Object.keys(options)) {
    if (optionNames.includes(name)) continue;
    const meant = nearest(name, optionNames);
    throw new BoomerError('bad-replay', `replay has no option ${printed(name)}: ${meant === null ? `it has ${optionNames.join(', ')}` : `did you mean ${meant}?`}`);
  }
  const { speed = 1, loop = false, only = [], session = 'visitor', rewrite = asItIs, maxUsers = 1000 } = options;
  if (typeof loop !== 'boolean') throw wrong('replay: loop', 'true or false', loop);
  if (!visitorKinds.includes(session)) throw wrong('replay: session', visitorKinds.map((kind) => `'${kind}'`).join(', '), session);
  if (typeof rewrite !== 'function') throw wrong('replay: rewrite', 'a function', rewrite);
  if (!Number.isInteger(maxUsers) || maxUsers < 1) throw wrong('replay: maxUsers', 'a whole number of 1 or more', maxUsers);
  const checked: Replay = { ...dataFile('replay', file, 'bad-replay', 'traffic.gor'), speed: checkedSpeed(speed), loop, only: [only].flat().map((pattern) => patternOf(pattern)), session, rewrite, maxUsers };
  made.add(checked);
  return checked;
}

/** `value` if `replay` has made it; throws a BoomerError that shows what to write. */
export function checkedReplay(value: unknown, where: string): Replay {
  if (isMade(value)) return value;
  throw new BoomerError('bad-replay', `${where} expects replay('traffic.gor'), got ${printed(value)}`);
}

function isMade(value: unknown): value is Replay {
  return isObject(value) && made.has(value);
}

/** For a person: `traffic.gor at 2x, over and over`. */
export function replayText({ name, speed, loop }: Replay): string {
  return `${name}${speed === 1 ? '' : ` at ${speed}x`}${loop ? ', over and over' : ''}`;
}

function checkedSpeed(value: unknown): number {
  const speed = typeof value === 'number' || typeof value === 'string' ? speedOf(String(value)) : null;
  if (speed === null) throw wrong('replay: speed', "a number above 0, such as 2, '2x' or '200%'", value);
  return speed;
}

function patternOf(pattern: unknown): RequestPattern {
  if (typeof pattern !== 'string') throw wrong('replay: only', "patterns such as 'GET /api/*'", pattern);
  return requestPattern(pattern, 'replay: only');
}

function wrong(what: string, expected: string, got: unknown): BoomerError {
  return new BoomerError('bad-replay', `${what} expects ${expected}, got ${printed(got)}`);
}

function asItIs(): undefined {
  // nothing changes
}
