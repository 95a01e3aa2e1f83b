/**
 * All outputs of a run: told the same things in the same order, kept apart from each other's errors, and never in the
 * way of the run. One that is still busy with a moment is not told the next one.
 */
import type { RunMoment, RunResult, RunStart } from '../report/runView.ts';
import { BoomerError } from '../util/boomerError.ts';
import { errorLine } from '../util/errorText.ts';
import type { Logger } from '../util/logger.ts';
import { clearTimer, setTimer, type Timer } from '../util/timers.ts';

/** How long the end of a run waits for one output. */
const defaultPatienceMs = 60_000;
/** The same for who does not want to wait: enough to write a file, however large. */
const hurriedPatienceMs = 3_000;

type Member = {
  readonly output: Output;
  /** Settles, always well, when the output is done with the last moment that it was told. */
  busyWith: Promise<void> | null;
  /** The text of the first error while the run went on: a full disk is full every second. */
  problem: string | null;
  isWritten: boolean;
};

export class Outputs {
  readonly #members: readonly Member[];
  readonly #log: Logger;
  readonly #patienceMs: number;
  readonly #deadlines = new Set<Deadline>();

  /** Each output is waited for `patienceMs` at the end. */
  constructor(list: readonly Output[], log: Logger, patienceMs: number = defaultPatienceMs) {
    this.#members = list.map((output) => ({ output, busyWith: null, problem: null, isWritten: false }));
    this.#log = log;
    this.#patienceMs = patienceMs;
  }

  /** Rejects with the first error: what cannot be written is said before the run. */
  async onStart(start: RunStart): Promise<void> {
    for (const { output } of this.#members) await output.onStart?.(start);
  }

  /** Never throws and waits for nobody. */
  onEvent(moment: RunMoment): void {
    for (const member of this.#members) {
      if (member.busyWith === null) this.#tell(member, moment);
    }
  }

  /** Resolves when all are done or have been waited for; `failed` has a text for each output that is not complete. */
  async onStop(result: RunResult): Promise<{ readonly failed: readonly string[] }> {
    const failures = await Promise.all(this.#members.map((member) => this.#stop(member, result)));
    return { failed: failures.filter((failure) => failure !== null) };
  }

  /** An output that the end of the run waits for has 3 s left from now; before the end this does nothing. */
  hurry(): void {
    for (const deadline of this.#deadlines) deadline.shortenTo(hurriedPatienceMs);
  }

  /** What was written, in the order of the outputs; complete files only. */
  files(): readonly string[] {
    return this.#members.flatMap(({ output, isWritten }) => (isWritten ? (output.files?.() ?? []) : []));
  }

  #tell(member: Member, moment: RunMoment): void {
    try {
      const answer = member.output.onEvent?.(moment);
      if (!isThenable(answer)) return;
      member.busyWith = Promise.resolve(answer).then(
        () => this.#done(member),
        (error: unknown) => this.#done(member, error),
      );
    } catch (error) {
      this.#note(member, error);
    }
  }

  #done(member: Member, error?: unknown): void {
    member.busyWith = null;
    if (error !== undefined) this.#note(member, error);
  }

  #note(member: Member, error: unknown): void {
    if (member.problem !== null) return;
    member.problem = textOf(error);
    this.#log('error', `${member.problem}. The run goes on.`);
  }

  async #stop(member: Member, result: RunResult): Promise<string | null> {
    const deadline = startDeadline(this.#patienceMs);
    this.#deadlines.add(deadline);
    try {
      await Promise.race([this.#finish(member, result), deadline.passed]);
      member.isWritten = true;
      return null;
    } catch (error) {
      const text = textOf(error);
      this.#log('error', text);
      return text;
    } finally {
      this.#deadlines.delete(deadline);
      deadline.cancel();
    }
  }

  async #finish({ output, busyWith }: Member, result: RunResult): Promise<void> {
    await busyWith;
    await output.onStop?.(result);
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

/** What an output of a team throws needs a word of where it comes from; ours say what could not be done. */
function textOf(error: unknown): string {
  return error instanceof BoomerError ? error.message : `an output failed: ${errorLine(error)}`;
}

type Deadline = {
  readonly passed: Promise<never>;
  /** From now on; never makes it longer. */
  readonly shortenTo: (ms: number) => void;
  readonly cancel: () => void;
};

function startDeadline(ms: number): Deadline {
  const startedMs = performance.now();
  let pass: (error: BoomerError) => void = () => undefined;
  const passed = new Promise<never>((_resolve, reject) => (pass = reject));
  const startTimer = (totalMs: number): Timer =>
    setTimer(() => pass(new BoomerError('slow-output', `an output was not done ${Number((totalMs / 1000).toFixed(2))} s after the run`)), startedMs + totalMs - performance.now());
  let endsMs = ms;
  let timer = startTimer(endsMs);
  return {
    passed,
    shortenTo: (leftMs) => {
      endsMs = Math.min(endsMs, performance.now() - startedMs + leftMs);
      clearTimer(timer);
      timer = startTimer(endsMs);
    },
    cancel: () => clearTimer(timer),
  };
}

/**
 * What every consumer of a run's numbers is handed: the terminal, files, and outputs that a team writes itself.
 *
 * An output is told three things: that the run begins, how it stands (once a second), and how it ended. All outputs get
 * the same objects, so that their totals are equal (boomer's `Output` has the same three methods: output.go).
 */
export type Output = {
  /** Before the first user starts. An error here ends the program before anything is loaded: say what cannot be written. */
  readonly onStart?: (start: RunStart) => unknown;
  /** Once a second while users run, and once more for what came after the last second. An error is logged and the run goes on. */
  readonly onEvent?: (moment: RunMoment) => unknown;
  /** After the last sample; the place to write files. An error is logged, and the exit code is 1 at least. */
  readonly onStop?: (result: RunResult) => unknown;
  /** Paths that `onStop` has written when it is done, for the list at the end of the run. */
  readonly files?: () => readonly string[];
};
