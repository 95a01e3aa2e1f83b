/** `-o name[=argument]`: outputs by name, and those that a team writes itself. */
import { resolve } from 'node:path';
import { BoomerError } from '../util/boomerError.ts';
import { errorLine, errorTrace } from '../util/errorText.ts';
import { nearest } from '../util/nearest.ts';
import { printed } from '../util/printed.ts';
import { csvOutput } from './csv/csvOutput.ts';
import { githubOutput } from './github.ts';
import { htmlOutput } from './html/htmlReport.ts';
import { junitOutput } from './junit.ts';
import { jsonFileOutput } from './locustJson.ts';
import type { Output } from './outputs.ts';
import { summaryOutput } from './summary.ts';

/** What the argument is, for messages; null: takes none. */
type Named = { readonly argument: string | null; readonly make: (argument: string) => Output };

const named: Readonly<Record<string, Named>> = {
  csv: { argument: 'PREFIX', make: (prefix) => csvOutput({ prefix, fullHistory: false }) },
  json: { argument: 'FILE', make: jsonFileOutput },
  html: { argument: 'FILE', make: htmlOutput },
  junit: { argument: 'FILE', make: junitOutput },
  summary: { argument: 'FILE', make: summaryOutput },
  github: { argument: null, make: () => githubOutput(process.env) },
};

/** Imports a module by its path; rejects with a BoomerError that says where it threw. */
export type LoadModule = (path: string) => Promise<Readonly<Record<string, unknown>>>;

const methods = ['onStart', 'onEvent', 'onStop'] as const;

/**
 * The output of that name, or of the module that a path names (`./influx.ts`): its default export is an `Output`, or a
 * function that is handed the argument (null when there is none) and returns one. `load` imports a module by its absolute path.
 * Throws a BoomerError for an unknown name, a missing argument, and a module without an output.
 */
export async function namedOutput(name: string, argument: string | null, load: LoadModule): Promise<Output> {
  if (isPath(name)) return await loadedOutput(name, argument, load);
  const known = Object.hasOwn(named, name) ? named[name] : undefined;
  if (known === undefined) throw unknownName(name);
  if (known.argument === null && argument !== null) throw new BoomerError('usage', `-o ${name} takes no argument, got "${argument}"`);
  if (known.argument !== null && (argument === null || argument === '')) throw new BoomerError('usage', `-o ${name} expects where to write: -o ${name}=${known.argument}`);
  return known.make(argument ?? '');
}

function isPath(name: string): boolean {
  return /[\\/]|\.[cm]?[jt]s$/u.test(name);
}

async function loadedOutput(path: string, argument: string | null, load: LoadModule): Promise<Output> {
  const { default: exported } = await load(resolve(path));
  const made: unknown = typeof exported === 'function' ? await (exported as (argument: string | null) => unknown)(argument) : exported;
  if (isOutput(made)) return answerable(path, made);
  const what = typeof exported === 'function' ? `its default export returned ${printed(made)}` : `its default export is ${printed(exported)}`;
  throw new BoomerError('usage', `-o ${path}: ${what}; expected an object with ${methods.join(', ')}, or a function (argument) => such an object`);
}

/** The same output, whose errors say which one and what of it failed. */
function answerable(path: string, output: Output): Output {
  const told = (method: string, call: () => unknown): unknown => {
    const fail = (cause: unknown): never => {
      throw new BoomerError('output', `-o ${path}: ${method} threw ${errorLine(cause)}${placeOf(cause)}`, { cause });
    };
    try {
      const answer = call();
      return answer instanceof Promise ? answer.catch(fail) : answer;
    } catch (error) {
      return fail(error);
    }
  };
  return {
    onStart: (start) => told('onStart', () => output.onStart?.(start)),
    onEvent: (moment) => told('onEvent', () => output.onEvent?.(moment)),
    onStop: (result) => told('onStop', () => output.onStop?.(result)),
    files: () => output.files?.() ?? [],
  };
}

/** ` at onStart (/home/ada/influx.ts:6:40)`; empty when nobody knows. */
function placeOf(error: unknown): string {
  const frame = errorTrace(error).split('\n').find((line) => /^\s+at .*:\d+:\d+\)?$/u.test(line));
  return frame === undefined ? '' : ` ${frame.trim()}`;
}

function isOutput(value: unknown): value is Output {
  if (typeof value !== 'object' || value === null) return false;
  const given = methods.map((method) => (value as Readonly<Record<string, unknown>>)[method]);
  return given.some((method) => typeof method === 'function') && given.every((method) => method === undefined || typeof method === 'function');
}

function unknownName(name: string): BoomerError {
  const names = Object.keys(named);
  const meant = nearest(name, names);
  return new BoomerError('usage', `-o ${name}: no such output${meant === null ? '.' : `; did you mean ${meant}?`} There are ${names.join(', ')}, and your own by its path, such as ./output.ts`);
}
