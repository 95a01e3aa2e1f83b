/**
 * Asks the scenario's `shape(moment)` once a second, without a master, and says what is decided. The master's half does the same
 * (`locust/boomer_shape.py`).
 */
import { type CheckedDecision, isShapeAnswer, type Moment, type MomentRow, type ShapeQuestion } from '../engine/shared/shape.ts';
import type { HistoryPoint, RunStats } from '../report/runView.ts';
import type { StatsRow } from '../stats/report.ts';
import { rowSoFar } from '../stats/soFar.ts';
import type { LocalStatus } from './runState.ts';

/** Who is asked, and who hears what is decided. */
export type ShapeParts = {
  readonly send: (question: ShapeQuestion) => void;
  readonly decided: (decision: CheckedDecision) => void;
  /** The function has returned null. */
  readonly ended: () => void;
  readonly failed: (reason: string) => void;
  readonly warn: (text: string) => void;
};

/** Nobody waits longer for a function that decides nothing. */
const maxSilentSec = 60;

/** Names the test in the messages; without a master there is one. */
const run = 'alone';

export class ShapeQuestions {
  readonly #parts: ShapeParts;
  /** Of the newest question, and of the newest that was answered. */
  #asked = 0;
  #answered = 0;
  #answeredSec = 0;
  #isLate = false;
  #isOver = false;

  constructor(parts: ShapeParts) {
    this.#parts = parts;
  }

  /** Asks again, also where the last question has no answer: the thread may have been lost with it. */
  ask(moment: Moment): void {
    if (this.#isOver) return;
    const silentSec = moment.elapsedSec - this.#answeredSec;
    if (this.#asked > this.#answered && silentSec > maxSilentSec) return this.#end(() => this.#parts.failed(`shape() has decided nothing for ${maxSilentSec} s`));
    if (this.#asked > this.#answered && !this.#isLate) {
      this.#isLate = true;
      this.#parts.warn('shape() takes longer than a second: the users stay as they are until it has decided');
    }
    this.#asked += 1;
    this.#parts.send({ kind: 'ask', run, number: this.#asked, moment });
    if (this.#asked === this.#answered + 1) this.#answeredSec = moment.elapsedSec;
  }

  /** What the load thread said. */
  take(answer: unknown): void {
    if (this.#isOver || !isShapeAnswer(answer) || answer.run !== run || answer.number <= this.#answered) return;
    this.#answered = answer.number;
    this.#isLate &&= answer.number < this.#asked;
    if (answer.kind === 'failed') this.#end(() => this.#parts.failed(`shape() failed: ${answer.reason}`));
    else if (answer.decision === null) this.#end(this.#parts.ended);
    else this.#parts.decided(answer.decision);
  }

  #end(how: () => void): void {
    this.#isOver = true;
    how();
  }
}

/** What the function is told: the run as the outputs see it. */
export function momentOf({ elapsedMs, userCounts }: LocalStatus, stats: RunStats, history: readonly HistoryPoint[]): Moment {
  const recent = history.at(-1);
  return {
    elapsedSec: elapsedMs / 1000,
    users: Object.values(userCounts).reduce((sum, users) => sum + users, 0),
    userCounts,
    stats: {
      ...momentRow(stats.total, stats),
      recentMedianMs: recent?.p50Ms ?? null,
      recentP95Ms: recent?.p95Ms ?? null,
      rows: Object.fromEntries(stats.rows.map((row) => [`${row.method} ${row.name}`.trim(), momentRow(row, stats)])),
    },
  };
}

function momentRow(row: StatsRow, { total, percentileMs }: RunStats): MomentRow {
  return rowSoFar(row, total, (percent) => percentileMs(row, percent));
}
