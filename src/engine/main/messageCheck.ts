/**
 * Checks what comes from a load thread before anything acts on it: the thread's port is out of a scenario's reach, but what
 * a thread sends holds values of the scenario's, and a message that is none of ours must not end the process.
 */
import { types } from 'node:util';
import type { ThreadToMain } from '../shared/messages.ts';
import { printed } from '../../util/printed.ts';

type FieldCheck = (value: unknown) => boolean;
type FieldsOf<Kind> = Exclude<keyof Extract<ThreadToMain, { readonly kind: Kind }>, 'kind'>;

const isText: FieldCheck = (value) => typeof value === 'string';
const isNumber: FieldCheck = (value) => typeof value === 'number';
const isFlag: FieldCheck = (value) => typeof value === 'boolean';
const isList: FieldCheck = Array.isArray;
const isObject: FieldCheck = (value) => typeof value === 'object' && value !== null;
const isMemory: FieldCheck = types.isSharedArrayBuffer;
const isAnything: FieldCheck = () => true;
const orNull = (check: FieldCheck): FieldCheck => (value) => value === null || check(value);
const isOneOf = (...names: readonly string[]): FieldCheck => (value) => names.includes(value as string);

/** Every field of every message: the compiler finds the one that is missing here. */
const fields: { readonly [Kind in ThreadToMain['kind']]: Readonly<Record<FieldsOf<Kind>, FieldCheck>> } = {
  ledgerPage: { holds: isOneOf('control', 'rows', 'histograms', 'errors'), page: isNumber, memory: isMemory },
  ledgerRow: { index: isNumber, method: isText, name: isText },
  ledgerError: { index: isNumber, method: isText, name: isText, error: isText },
  scheduleLedger: { message: (value) => problemOf(value) === null },
  metricLedger: { message: (value) => problemOf(value) === null },
  feeders: { isWhole: isFlag, feeders: isList, rows: isObject },
  feedWanted: { name: isText, waiting: isNumber, limit: isNumber },
  initialised: {},
  ready: { classes: isList, settings: isObject },
  loadFailed: { reason: isText, trace: isText },
  users: { generation: isNumber, counts: isObject, reached: isFlag },
  statsWanted: {},
  usersGone: {},
  stopped: { generation: isNumber },
  exceptionMemory: { memory: isMemory },
  exceptionKind: { index: isNumber, message: isText, trace: isText, isOutsideTask: isFlag },
  exceptionsCounted: {},
  failureSample: { method: isText, name: isText, error: isText, text: isText, trace: isText },
  log: { level: isOneOf('debug', 'info', 'warning', 'error', 'critical'), text: isText },
  custom: { type: isText, data: isAnything },
  listening: { types: isList },
  addsToReports: { isSo: isFlag },
  reportExtras: { data: isObject },
  stopTest: { reason: isText },
  replayed: { reason: isText },
  requestLogFailed: { reason: isText },
  tasksRun: { runs: isList, unknownNames: isList },
  profiled: { path: isText, error: orNull(isText) },
  closed: { exitCode: orNull(isNumber) },
};

/** Null when `message` is one of ours; else what is wrong with it, in words. */
export function problemOf(message: unknown): string | null {
  if (typeof message !== 'object' || message === null) return `expected a message of a load thread, got ${printed(message)}`;
  const { kind } = message as { readonly kind?: unknown };
  if (typeof kind !== 'string' || !Object.hasOwn(fields, kind)) return `expected a message of a load thread, got one of kind ${printed(kind)}`;
  const checks: Readonly<Record<string, FieldCheck>> = fields[kind as ThreadToMain['kind']];
  for (const [name, isRight] of Object.entries(checks)) {
    const value = (message as Readonly<Record<string, unknown>>)[name];
    if (!isRight(value)) return `the message ${kind} has a wrong ${name}: ${printed(value)}`;
  }
  return null;
}
