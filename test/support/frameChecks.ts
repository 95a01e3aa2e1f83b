/**
 * What no frame of a worker may ever be: each check stands for a way to deafen, poison or mislead a real Locust master.
 * The fake master runs them over every frame of every test.
 */
import { fromScheduleMark, isDropped } from '../../src/stats/besides.ts';
import { pythonLoads } from './pythonMsgpack.ts';

export type CheckedFrame = {
  readonly id: string;
  readonly type: string;
  /** Maps with text keys only are plain objects; other maps stay `Map`s. */
  readonly data: unknown;
  /** One sentence for each thing that is wrong. */
  readonly violations: readonly string[];
};

const lockedTypes = ['client_ready', 'heartbeat', 'spawning', 'spawning_complete', 'stats', 'client_stopped', 'quit', 'exception', 'logs'];
const entryKeys = [
  'name', 'method', 'last_request_timestamp', 'start_time', 'num_requests', 'num_none_requests', 'num_failures',
  'total_response_time', 'max_response_time', 'min_response_time', 'total_content_length', 'response_times',
  'num_reqs_per_sec', 'num_fail_per_sec',
];

/** In a report with more, rows have Locust's two digits. */
const maxPreciseRows = 50;

const wholeKeys = ['num_requests', 'num_none_requests', 'num_failures', 'total_content_length'];
const numberKeys = ['start_time', 'total_response_time', 'max_response_time'];
const nullableKeys = ['last_request_timestamp', 'min_response_time'];
const mapKeys = ['response_times', 'num_reqs_per_sec', 'num_fail_per_sec'];

/** Checks what a ROUTER received: the identity and the frames after it. */
export function checkFrame(parts: readonly Uint8Array[]): CheckedFrame {
  const violations: string[] = [];
  const [identity, payload] = parts;
  const id = textOf(identity, violations);
  if (!/^[^_]+_[0-9a-f]{32}$/u.test(id)) violations.push(`the identity ${id} is not hostname_ and 32 hex digits`);
  if (parts.length !== 2 || payload === undefined) {
    violations.push(`expected 1 frame after the identity, came ${parts.length - 1}`);
    return { id, type: '?', data: null, violations };
  }
  let message: unknown;
  try {
    message = pythonLoads(payload);
  } catch (error) {
    violations.push(`not one strict msgpack value: ${String(error)}`);
    return { id, type: '?', data: null, violations };
  }
  if (!Array.isArray(message) || message.length !== 3) {
    violations.push('not an array of exactly 3');
    return { id, type: '?', data: null, violations };
  }
  const [type, data, nodeId] = message as unknown[];
  if (typeof type !== 'string') violations.push(`the type is ${typeof type}, not a text`);
  if (nodeId !== id) violations.push(`the node id ${String(nodeId)} is not the identity`);
  checkNumbers(data, violations);
  const plain = plainOf(data);
  checkData(String(type), plain, id, violations);
  return { id, type: String(type), data: plain, violations: violations.map((violation) => `${String(type)}: ${violation}`) };
}

function textOf(identity: Uint8Array | undefined, violations: string[]): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(identity);
  } catch {
    violations.push('the identity is not UTF-8');
    return '?';
  }
}

function checkData(type: string, data: unknown, id: string, violations: string[]): void {
  const must = (holds: boolean, what: string): void => {
    if (!holds) violations.push(`${what}, came ${JSON.stringify(data)?.slice(0, 300)}`);
  };
  const fields = isFields(data) ? data : {};
  switch (type) {
    case 'client_ready':
      return must(data === -1 || (typeof data === 'string' && data !== ''), 'data must be -1 or a version');
    case 'heartbeat':
      must(sameKeys(fields, ['state', 'current_cpu_usage', 'current_memory_usage']), 'data must have its three keys');
      must(['ready', 'spawning', 'running'].includes(String(fields['state'])), 'state must be ready, spawning or running');
      must(typeof fields['current_cpu_usage'] === 'number', 'current_cpu_usage must be a number');
      return must(Number.isInteger(fields['current_memory_usage']), 'current_memory_usage must be an integer');
    case 'spawning':
    case 'client_stopped':
    case 'quit':
      return must(data === null, 'data must be nil');
    case 'spawning_complete':
      must(isCounts(fields['user_classes_count']), 'user_classes_count must be a map of names to counts');
      return must(fields['user_count'] === sumOf(fields['user_classes_count']), 'user_count must be the sum of the counts');
    case 'exception':
      return must(typeof fields['msg'] === 'string' && typeof fields['traceback'] === 'string', 'msg and traceback must be texts');
    case 'logs':
      must(fields['worker_id'] === id, 'worker_id must be the identity');
      return must(isTextList(fields['logs']) && fields['logs'].length <= 500, 'logs must be at most 500 texts');
    case 'stats':
      return checkStats(fields, must);
    default:
      return must(!lockedTypes.includes(type) && type !== 'locustfile', 'not a type that this worker sends');
  }
}

type Must = (holds: boolean, what: string) => void;

function checkStats(fields: Fields, must: Must): void {
  const entries = Array.isArray(fields['stats']) ? (fields['stats'] as unknown[]) : [];
  const total = fields['stats_total'];
  must(Array.isArray(fields['stats']), 'stats must be a list');
  for (const entry of [...entries, total]) checkEntry(entry, must);
  must(isFields(fields['errors']), 'errors must be a map with text keys');
  for (const error of Object.values(isFields(fields['errors']) ? fields['errors'] : {})) checkError(error, must);
  must(isCounts(fields['user_classes_count']), 'user_classes_count must be a map of names to counts');
  must(fields['user_count'] === sumOf(fields['user_classes_count']), 'user_count must be the sum of the counts');
  if (isFields(total)) checkTotal(entries.filter(isFields).filter((entry) => !isBeside(entry)), total, must);
}

function checkEntry(entry: unknown, must: Must): void {
  if (!isFields(entry)) return must(false, 'an entry must be a map');
  must(sameKeys(entry, entryKeys), 'an entry must have its fourteen keys');
  must(typeof entry['name'] === 'string' && typeof entry['method'] === 'string', 'name and method must be texts');
  const isWhole = (value: unknown): boolean => Number.isInteger(value) && Number(value) >= 0;
  must(wholeKeys.every((key) => isWhole(entry[key])), 'counts and lengths must be integers of 0 or more');
  must(numberKeys.every((key) => typeof entry[key] === 'number'), 'start_time and times must be numbers');
  must(nullableKeys.every((key) => entry[key] === null || typeof entry[key] === 'number'), 'minimum and last stamp must be numbers or nil');
  must(mapKeys.every((key) => isIntegerMap(entry[key])), 'response times and seconds must be maps of integers to counts');
  const timed = Number(entry['num_requests']) - Number(entry['num_none_requests']);
  must(mapSum(entry['response_times']) === timed, 'the response times must be as many as the timed requests');
  must(mapSum(entry['num_reqs_per_sec']) === entry['num_requests'], 'the requests per second must sum up to the requests');
  must(mapSum(entry['num_fail_per_sec']) === entry['num_failures'], 'the failures per second must sum up to the failures');
  must((entry['min_response_time'] === null) === (timed === 0), 'min_response_time must be nil exactly when nothing was timed');
}

function checkError(error: unknown, must: Must): void {
  if (!isFields(error)) return must(false, 'an error must be a map');
  must(['method', 'name', 'error'].every((key) => typeof error[key] === 'string'), 'an error\'s texts must be texts');
  must(Number.isInteger(error['occurrences']) && Number(error['occurrences']) > 0, 'occurrences must be a positive integer');
  must(Number(error['first_seen']) <= Number(error['last_seen']), 'first_seen must not be after last_seen');
}

/** Times from schedule, arrivals that were dropped, checks and metrics of a scenario's own: rows of what was sent once, or never. */
function isBeside(entry: Fields): boolean {
  const [method, name] = [String(entry['method']), String(entry['name'])];
  return name.endsWith(fromScheduleMark) || isDropped({ method, name }) || /^(?:check|rate|counter|trend)(?: |$)/u.test(method);
}

/** The master never adds the entries up itself: the total must be the sum of those of requests, field by field. */
function checkTotal(entries: readonly Fields[], total: Fields, must: Must): void {
  const all = (key: string): number[] => entries.map((entry) => entry[key]).filter((value): value is number => typeof value === 'number');
  const sum = (key: string): number => all(key).reduce((left, right) => left + right, 0);
  for (const key of wholeKeys) {
    must(total[key] === sum(key), `stats_total.${key} must be the sum of the entries'`);
  }
  const times = Number(total['total_response_time']);
  must(Math.abs(times - sum('total_response_time')) <= 1e-9 * Math.max(1, times), 'stats_total.total_response_time must be the sum');
  must(total['max_response_time'] === Math.max(0, ...all('max_response_time')), 'stats_total.max_response_time must be the maximum');
  const mins = all('min_response_time');
  must(total['min_response_time'] === (mins.length === 0 ? null : Math.min(...mins)), 'stats_total.min_response_time must be the minimum');
  const lasts = all('last_request_timestamp');
  must(total['last_request_timestamp'] === (lasts.length === 0 ? null : Math.max(...lasts)), 'stats_total.last_request_timestamp must be the latest');
  for (const key of mapKeys) {
    // Of many rows only the total has its times to three digits.
    if (key === 'response_times' && entries.length > maxPreciseRows) {
      must(mapSum(total[key]) === entries.reduce((added, entry) => added + mapSum(entry[key]), 0), `stats_total.${key} must be as many as the entries'`);
      continue;
    }
    const added = new Map<unknown, number>();
    for (const entry of entries) for (const [bucket, count] of integerEntries(entry[key])) added.set(bucket, (added.get(bucket) ?? 0) + count);
    const own = integerEntries(total[key]);
    must(own.length === added.size && own.every(([bucket, count]) => added.get(bucket) === count), `stats_total.${key} must be the sum of the entries'`);
  }
}

/** No NaN, no Infinity, and no key that makes Python take a map for a datetime, unless it is one. */
function checkNumbers(value: unknown, violations: string[]): void {
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) violations.push(`a number is ${value}`);
  } else if (Array.isArray(value)) {
    for (const item of value) checkNumbers(item, violations);
  } else if (value instanceof Map) {
    for (const item of (value as Map<unknown, unknown>).values()) checkNumbers(item, violations);
    const isDate = value.has('__datetime__') && /^\d{8}T\d\d:\d\d:\d\d\.\d{6}$/u.test(String(value.get('as_str')));
    if ((value.has('__datetime__') && !isDate) || value.has('__ObjectId__')) violations.push('a map has a reserved key');
  }
}

export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Map) && !(value instanceof Uint8Array);
}

function plainOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plainOf);
  if (!(value instanceof Map)) return value;
  const map = value as Map<unknown, unknown>;
  for (const [key, item] of map) map.set(key, plainOf(item));
  for (const key of map.keys()) if (typeof key !== 'string') return map;
  return Object.fromEntries(map as Map<string, unknown>);
}

function sameKeys(fields: Fields, keys: readonly string[]): boolean {
  return Object.keys(fields).length === keys.length && keys.every((key) => Object.hasOwn(fields, key));
}

function isCounts(value: unknown): boolean {
  return isFields(value) && Object.values(value).every((count) => Number.isInteger(count) && Number(count) >= 0);
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function sumOf(counts: unknown): number {
  return isFields(counts) ? Object.values(counts).reduce((sum: number, count) => sum + Number(count), 0) : Number.NaN;
}

/** An empty map has lost the kind of its keys. */
function isIntegerMap(value: unknown): boolean {
  if (isFields(value)) return Object.keys(value).length === 0;
  if (!(value instanceof Map)) return false;
  for (const [key, count] of value as Map<unknown, unknown>) if (!Number.isInteger(key) || !Number.isInteger(count) || Number(count) <= 0) return false;
  return true;
}

export function integerEntries(value: unknown): (readonly [number, number])[] {
  return value instanceof Map ? [...(value as Map<number, number>)] : [];
}

export function mapSum(value: unknown): number {
  let sum = 0;
  if (value instanceof Map) for (const count of (value as Map<number, number>).values()) sum += count;
  return sum;
}
