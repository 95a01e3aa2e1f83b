/**
 * Where a thread's samples go: into the ledger of the run, the request log and the listeners of `request`; those of a warm-up
 * to the listeners alone. At each moment users record into one sink, put together when something changes, so that
 * what nobody asked for costs a request nothing. Listeners stand first in the chain and hear of a sample when the rest of it is done.
 *
 *   counting     users ─► [listeners] ─► [request log] ─► main ledger          [late ─► schedule ledger]   [checks, metrics ─► metric ledger]
 *   warming up   users ─► [listeners]
 */
import type { RequestContext } from '../../../http/request/requestContext.ts';
import type { RecordedResponse } from '../../../http/response/endedRequest.ts';
import { events } from '../../../scenario/events.ts';
import type { User } from '../../../scenario/user.ts';
import { droppedName, droppedType } from '../../../stats/besides.ts';
import type { LedgerMessage } from '../../../stats/ledgerMessages.ts';
import { maxMetricNames, type MetricKind, metricType, trendScale } from '../../../stats/metrics.ts';
import { Recorder } from '../../../stats/recorder.ts';
import type { RecorderRow } from '../../../stats/recorderRow.ts';
import { collectSoon } from '../../../util/garbage.ts';
import { now } from '../../../util/nodeTime.ts';
import { PairMap } from '../../../util/pairMap.ts';
import type { ThreadToMain } from '../../shared/messages.ts';
import type { SampleSink } from '../users/userSamples.ts';
import { RequestLog, type RequestLogParts } from './requestLog.ts';
import { SampleStamps } from './sampleStamps.ts';

/** Where samples can go. */
export type RecordingParts = {
  readonly post: (message: ThreadToMain) => void;
  /** Takes sentences for a person. */
  readonly problem: (text: string) => void;
  readonly onListenerError: (error: unknown) => void;
  /** Unix milliseconds at which `performance.now()` is 0. */
  readonly wallOffsetMs: number;
  readonly warmsUp: boolean;
  /** Rows have histograms of their own: for reports of ours, not for a master. */
  readonly hasRowHistograms: boolean;
  /** Samples are kept from their intended start too. */
  readonly keepsSchedule: boolean;
  readonly requestLog: Pick<RequestLogParts, 'seed' | 'threadIndex' | 'classOf'> | null;
};

export class Recording {
  readonly #parts: RecordingParts;
  #main: Recorder;
  readonly #log: RequestLog | null;
  #schedule: Recorder | null = null;
  #metrics: MetricRows | null = null;
  /** In the ledgers of former runs, modulo 2³¹. */
  #samplesBefore = 0;
  #isCounting: boolean;
  #isHeard = false;
  #tell: (sink: SampleSink) => void = ignore;
  /** Of the moment. */
  sink: SampleSink;
  /** Of samples that name their own beginning. */
  readonly stamps: SampleStamps;
  /** Takes samples measured from their intended start. */
  readonly scheduleSink: SampleSink = {
    record: (method, name, elapsedMs, bytes, error, endMs) => {
      if (this.#isCounting && this.#parts.keepsSchedule) (this.#schedule ??= this.#scheduleRecorder()).record(method, name, elapsedMs, bytes, error, endMs);
    },
  };

  constructor(parts: RecordingParts) {
    const { post, wallOffsetMs, requestLog } = parts;
    this.#parts = parts;
    this.stamps = new SampleStamps({ problem: parts.problem, wallOffsetMs });
    this.#isCounting = !parts.warmsUp;
    this.#main = this.#mainRecorder();
    this.#log = requestLog === null ? null : new RequestLog(this.#main, { ...requestLog, wallOffsetMs, failed: (reason) => post({ kind: 'requestLogFailed', reason }) });
    this.sink = this.#chain();
    events.request.watch((isHeard) => {
      this.#isHeard = isHeard;
      this.#change();
    });
  }

  /** Samples that count, so far; modulo 2³¹. */
  get samples(): number {
    return (this.#samplesBefore + this.#main.samples) & 0x7fff_ffff;
  }

  /** A run begins: with a ledger of its own, so that the names and errors of the run before hold neither its places nor its memory. */
  begin(): void {
    this.stamps.begin();
    this.#metrics = null;
    if (this.#main.isEmpty) return;
    if (this.#main.isLarge) collectSoon();
    this.#samplesBefore = this.samples;
    this.#main = this.#mainRecorder();
    this.#log?.countInto(this.#main);
    this.#schedule = null;
    this.#change();
  }

  /** From here on samples count, or belong to the warm-up and are dropped. */
  setCounting(isOn: boolean): void {
    this.#isCounting = isOn;
    this.#change();
  }

  /** Hears of each new sink: users look for it in a field, since a call for each request would cost. */
  onChange(tell: (sink: SampleSink) => void): void {
    this.#tell = tell;
  }

  /** An arrival of this class found no user: a row beside the requests, of which no listener and no request log hears. */
  drop(className: string): void {
    if (this.#isCounting) this.#main.record(droppedType, droppedName(className), null, 0, null, now());
  }

  /** Counts a check or a value of a metric, which is a number as the kind has them (true or false for `check` and `rate`). */
  metric(kind: MetricKind, unit: string, name: string, value: number | boolean): void {
    if (this.#isCounting) (this.#metrics ??= this.#metricRows()).count(kind, unit, name, value);
  }

  /** What gathered for the request log is in the file. */
  flush(): void {
    this.#log?.flush();
  }

  #change(): void {
    this.sink = this.#chain();
    this.#tell(this.sink);
  }

  #chain(): SampleSink {
    const counted = this.#isCounting ? (this.#log ?? this.#main) : nowhere;
    return this.#isHeard ? new RequestTap(counted, this.#parts.onListenerError) : counted;
  }

  #mainRecorder(): Recorder {
    const { post, problem, wallOffsetMs, hasRowHistograms } = this.#parts;
    return new Recorder({ sink: post, problem, wallOffsetMs, hasRowHistograms });
  }

  #scheduleRecorder(): Recorder {
    const { post, wallOffsetMs, hasRowHistograms } = this.#parts;
    const sink = (message: LedgerMessage): void => post({ kind: 'scheduleLedger', message });
    // The main ledger's recorder hears of the same values, and tells of them.
    return new Recorder({ sink, problem: ignore, wallOffsetMs, hasRowHistograms });
  }

  #metricRows(): MetricRows {
    const { post, problem, wallOffsetMs } = this.#parts;
    // With few names, there is room for histograms, for a worker too.
    return new MetricRows(new Recorder({ sink: (message) => post({ kind: 'metricLedger', message }), problem, wallOffsetMs }), problem);
  }
}

/** The rows of checks and metrics of one run of this thread. */
class MetricRows {
  readonly #recorder: Recorder;
  readonly #problem: (text: string) => void;
  readonly #rows = new PairMap<RecorderRow>();
  #nameCount = 0;

  constructor(recorder: Recorder, problem: (text: string) => void) {
    this.#recorder = recorder;
    this.#problem = problem;
  }

  count(kind: MetricKind, unit: string, name: string, value: number | boolean): void {
    const row = this.#row(kind, unit, name);
    const nowMs = now();
    if (typeof value === 'boolean') row.pass(value, nowMs);
    else if (kind === 'counter') row.add(value, nowMs);
    else if (kind === 'gauge') row.set(value, nowMs);
    else row.success(value * trendScale(unit), 0, nowMs);
  }

  #row(kind: MetricKind, unit: string, name: string): RecorderRow {
    const type = metricType(kind, unit);
    const known = this.#rows.get(type, name);
    if (known !== undefined) return known;
    const row = this.#recorder.row(type, this.#keptName(name));
    this.#rows.set(type, name, row);
    return row;
  }

  /** Beyond the bound a name is not kept apart, though the map knows it. */
  #keptName(name: string): string {
    this.#nameCount++;
    if (this.#nameCount <= maxMetricNames) return name;
    if (this.#nameCount === maxMetricNames + 1) this.#problem(`More than ${maxMetricNames} names of checks and metrics: further ones count as '${foldedMetricName}'. Leave ids out of names.`);
    return foldedMetricName;
  }
}

const foldedMetricName = `(more than ${maxMetricNames} names)`;

const nowhere: SampleSink = { record: ignore };

function ignore(): void {
  // nobody listens, somebody else tells, or it is a warm-up
}

const noContext: RequestContext = {};
/** Shared by all taps of a thread: another one may take this one's place in the midst of a listener. */
let isTelling = false;

/** Records the sample, then calls the listeners of `request`: in the way of requests only while somebody listens. */
export class RequestTap implements SampleSink {
  readonly #recorder: SampleSink;
  readonly #onError: (error: unknown) => void;

  constructor(recorder: SampleSink, onError: (error: unknown) => void) {
    this.#recorder = recorder;
    this.#onError = onError;
  }

  record(type: string, name: string, elapsedMs: number | null, bytes: number, error: string | null, endedAt: number, user: User | null, response: RecordedResponse | null, context: RequestContext | null): void {
    this.#recorder.record(type, name, elapsedMs, bytes, error, endedAt, user, response, context);
    // A listener that records would hear itself for ever. What it records after an await is told as any other: the answer to a request comes in the
    // asynchronous context of its connection, which others use too, so AsyncLocalStorage would take theirs for its own, and its own for theirs.
    if (isTelling) return;
    isTelling = true;
    events.request.fireUnawaited({ type, name, elapsedMs, bytes, error, endedAt, user, response, context: context ?? noContext }, this.#onError);
    isTelling = false;
  }
}
