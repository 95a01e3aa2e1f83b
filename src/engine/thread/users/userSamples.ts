/**
 * What one user records, and when it no longer counts: each kill begins a new phase, in which what was begun before is
 * dropped when it ends; after the last one nothing counts. This is the hot path of every request.
 */
import type { RequestContext } from '../../../http/request/requestContext.ts';
import type { RecordedResponse } from '../../../http/response/endedRequest.ts';
import type { User } from '../../../scenario/user.ts';
import type { Samples } from '../../../scenario/userContext.ts';
import { now } from '../../../util/nodeTime.ts';
import type { Pulse } from '../../shared/pulse.ts';
import type { TaskSchedule } from '../pacing/taskSchedule.ts';
import type { Turn } from '../pacing/turn.ts';
import type { SampleStamps } from '../recording/sampleStamps.ts';

/** What users record into: the thread's recorder, as narrow as a user needs it. */
export type SampleSink = {
  /** `user` is null when none was at work; a recorder has no use for it, for `response` and `context`, listeners of `request` have. */
  readonly record: (
    method: string,
    name: string,
    elapsedMs: number | null,
    bytes: number,
    error: string | null,
    endMs: number,
    user: User | null,
    response: RecordedResponse | null,
    context: RequestContext | null,
  ) => void;
};

/** Where samples go. What changes is looked up each time. */
export type SampleRoute = {
  sink: SampleSink;
  /** Takes samples measured from their intended start. */
  readonly scheduleSink: SampleSink;
  readonly turn: Turn;
  /** Of samples that name their own beginning. */
  readonly stamps: Pick<SampleStamps, 'endOf'>;
  /** Where requests under way are counted for whoever outlives this thread. */
  readonly pulse: Pulse;
};

const over = -1;

export class UserSamples implements Samples {
  /** Null when nothing says when the user's tasks are meant to begin. */
  schedule: TaskSchedule | null = null;
  /** Null until the user has been made. */
  user: User | null = null;
  readonly #route: SampleRoute;
  #phase = 0;
  #phaseBeganMs = Number.NEGATIVE_INFINITY;
  #underWay = 0;
  /** In which an answer came last. */
  #turn = -1;

  constructor(route: SampleRoute) {
    this.#route = route;
  }

  /** Requests begun in this phase and not yet reported. */
  get underWay(): number {
    return this.#underWay;
  }

  phase(): number {
    if (this.#phase === over) return over;
    this.#underWay++;
    this.#route.pulse.began();
    return this.#phase;
  }

  phaseSince(startMs: number): number {
    return startMs < this.#phaseBeganMs ? over : this.phase();
  }

  endOf(startedAt: unknown, elapsedMs: unknown, type: string, name: string): number {
    return this.#route.stamps.endOf(startedAt, elapsedMs, type, name);
  }

  arrived(nowMs: number): void {
    const { turn } = this.#route;
    const isFirst = this.#turn !== turn.number;
    this.#turn = turn.number;
    turn.came(nowMs, isFirst);
  }

  dropped(phase: number): void {
    if (phase !== this.#phase || phase === over) return;
    this.#underWay--;
    this.#route.pulse.ended(1);
  }

  report(phase: number, method: string, name: string, elapsedMs: number | null, bytes: number, error: string | null, endMs: number, response: RecordedResponse | null, context: RequestContext | null): void {
    if (phase !== this.#phase || phase === over) return;
    this.#underWay--;
    const route = this.#route;
    route.pulse.ended(1);
    route.turn.saw(endMs);
    route.sink.record(method, name, elapsedMs, bytes, error, endMs, this.user, response, context);
    if (this.schedule !== null) this.#reportFromSchedule(this.schedule, method, name, elapsedMs, bytes, error, endMs);
  }

  /** What is under way does not count any more. */
  cutOff(): void {
    this.#phase++;
    this.#phaseBeganMs = now();
    this.#forgetUnderWay();
  }

  /** Nothing counts any more. */
  end(): void {
    this.#phase = over;
    this.#forgetUnderWay();
  }

  #forgetUnderWay(): void {
    this.#route.pulse.ended(this.#underWay);
    this.#underWay = 0;
  }

  /** By itself, so that `report` stays small enough to be inlined with the recorder below it. */
  #reportFromSchedule({ lateMs }: TaskSchedule, method: string, name: string, elapsedMs: number | null, bytes: number, error: string | null, endMs: number): void {
    this.#route.scheduleSink.record(method, name, elapsedMs === null ? null : elapsedMs + lateMs, bytes, error, endMs, this.user, null, null);
  }
}
