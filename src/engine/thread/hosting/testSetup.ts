/**
 * `setup()` and `teardown(data)` of a scenario: once a test, in one load thread of all workers. Threads ask with custom messages, and the
 * master's half (`locust/boomer_master.py`) chooses the one that does it and hands its result to the others. Without a master it is thread 0.
 */
import type { Environment, SetupData } from '../../../scenario/environment.ts';
import type { MessageListener } from '../../../scenario/scenarioHost.ts';
import { BoomerError } from '../../../util/boomerError.ts';
import { errorLine } from '../../../util/errorText.ts';
import { printed } from '../../../util/printed.ts';
import { clearTimer, setTimer, type Timer } from '../../../util/timers.ts';
import { isMap, isObject } from '../../../util/typeGuards.ts';

/** What the messages are called, and the option by which a master says that it answers them, and for which test. */
export const setupMessage = 'boomer_setup';
const setupRunOption = 'boomer_setup_run';

/** A question without an answer is asked again: the master was not there, or the thread that was chosen is lost. */
const askAgainMs = 2_000;
/** Users of other threads may finish what they do. */
const maxGoneMs = 60_000;
/** Where no other thread has the data of a run that is under way, thread 0 makes it anew. */
const maxUnanswered = 2;

/** What a scenario exports for this; null: it does not. */
export type SetupFunctions = {
  readonly setup: ((environment: Environment) => unknown) | null;
  readonly teardown: ((data: SetupData, environment: Environment) => unknown) | null;
};

/** What the two need of their thread. */
export type TestSetupParts = SetupFunctions & {
  readonly threadIndex: number;
  readonly threadCount: number;
  readonly environment: Environment & { setupData: SetupData };
  readonly send: (data: SetupNote) => void;
  /** An error of either. */
  readonly onError: (error: unknown) => void;
  readonly stopTest: (reason: string) => void;
};

/** What threads and the master say to each other. */
export type SetupNote = { readonly kind: string; readonly run: string; readonly thread: number; readonly data: unknown };

export class TestSetup {
  readonly #parts: TestSetupParts;
  /** Of the master, or `alone`; empty before the first. */
  #run = '';
  /** Null: not known yet. */
  #outcome: { readonly isDone: boolean } | null = null;
  #isSettingUp = false;
  #whenKnown: (isDone: boolean) => void = nothing;
  #timer: Timer | null = null;
  #gone = new Set<number>();
  #whenGone: () => void = nothing;
  /** Null: no teardown of a run without a master is under way. */
  #whenHurried: (() => void) | null = null;

  constructor(parts: TestSetupParts) {
    this.#parts = parts;
  }

  /** Hears what concerns this. */
  readonly listener: MessageListener = ({ data }) => this.#take(data);

  /** A test begins. Resolves when the setup has an outcome, with false when there is nothing that users could begin with. Null: there is nothing to wait for. */
  begin(isUnderWay: boolean): Promise<boolean> | null {
    const { setup, teardown, environment } = this.#parts;
    this.#endTimer();
    this.#gone = new Set();
    this.#outcome = null;
    this.#isSettingUp = false;
    environment.setupData = {};
    const { [setupRunOption]: run, headless } = environment.parsedOptions;
    this.#run = typeof run === 'string' ? run : headless === true ? 'alone' : '';
    if (setup === null && teardown === null) return null;
    if (this.#run === '') {
      this.#fail(new BoomerError('setup-without-master', 'the scenario exports setup or teardown, and its master has nobody who lets them run once a test: give it the file that boomer-node locustfile makes'));
      return Promise.resolve(false);
    }
    if (setup === null) return null;
    return new Promise((resolve) => {
      this.#whenKnown = resolve;
      if (this.#run === 'alone' && this.#parts.threadIndex === 0 && !isUnderWay) void this.#setUp();
      else this.#ask(0);
    });
  }

  /** All users of this thread are gone. Without a master, it resolves in thread 0 when those of all threads are, and the teardown is done. Null: there is nothing to wait for. `isOnly`: no other thread has users. */
  end(isOnly = false): Promise<void> | null {
    this.#endTimer();
    return this.#run !== 'alone' || this.#parts.teardown === null ? null : this.#endAlone(isOnly);
  }

  async #endAlone(isOnly: boolean): Promise<void> {
    const { threadCount, threadIndex } = this.#parts;
    this.#send('gone', null);
    if (threadIndex !== 0) return;
    if (!isOnly) await new Promise<void>((resolve) => {
      this.#whenGone = resolve;
      // A thread that was lost says nothing.
      this.#timer = setTimer(resolve, maxGoneMs);
      if (this.#gone.size === threadCount) resolve();
    });
    this.#endTimer();
    if (this.#parts.setup !== null && this.#outcome?.isDone !== true) return;
    const hurried = new Promise<void>((resolve) => (this.#whenHurried = resolve));
    await Promise.race([this.#tearDown(this.#parts.environment.setupData), hurried]);
    this.#whenHurried = null;
  }

  /** Nobody wants to wait any longer. True: a teardown is under way, and left to itself. */
  hurry(): boolean {
    this.#whenHurried?.();
    return this.#whenHurried !== null;
  }

  #take(note: unknown): void {
    if (!isNote(note) || note.run !== this.#run) return;
    const { environment, threadCount, threadIndex } = this.#parts;
    const isMine = note.thread === threadIndex;
    switch (note.kind) {
      case 'do':
        if (isMine) void this.#setUp();
        return;
      case 'ask': // of another thread, without a master
        if (!isMine && this.#outcome?.isDone === true) this.#send('done', environment.setupData);
        return;
      case 'done':
        if (this.#outcome !== null) return;
        environment.setupData = dataOf(note);
        return this.#setOutcome(true);
      case 'failed':
        return this.#setOutcome(false);
      case 'gone':
        this.#gone.add(note.thread);
        if (this.#gone.size === threadCount) this.#whenGone();
        return;
      case 'teardown':
        if (isMine) void this.#tearDown(dataOf(note)).then((reason) => this.#send('tornDown', reason));
        return;
      default:
    }
  }

  async #setUp(): Promise<void> {
    // Asked twice, since it was told to while its own question was on its way.
    if (this.#isSettingUp) return;
    this.#isSettingUp = true;
    this.#endTimer();
    const { environment, setup } = this.#parts;
    const run = this.#run;
    try {
      const data = checkedData(await setup?.(environment));
      if (run === this.#run) this.#send('done', data);
    } catch (error) {
      if (run !== this.#run) return;
      this.#send('failed', errorLine(error));
      this.#fail(error);
    }
  }

  /** Resolves with why it failed; null: it did not. */
  async #tearDown(data: SetupData): Promise<string | null> {
    const { environment, onError, teardown } = this.#parts;
    try {
      await teardown?.(data, environment);
      return null;
    } catch (error) {
      onError(error);
      return errorLine(error);
    }
  }

  #fail(error: unknown): void {
    this.#parts.onError(error);
    this.#parts.stopTest(`setup failed: ${errorLine(error)}`);
    this.#setOutcome(false);
  }

  #ask(unanswered: number): void {
    if (this.#run === 'alone' && this.#parts.threadIndex === 0 && unanswered >= maxUnanswered) return void this.#setUp();
    this.#send('ask', null);
    this.#timer = setTimer(() => this.#ask(unanswered + 1), askAgainMs);
  }

  #setOutcome(isDone: boolean): void {
    this.#outcome ??= { isDone };
    this.#endTimer();
    this.#whenKnown(this.#outcome.isDone);
  }

  #endTimer(): void {
    if (this.#timer !== null) clearTimer(this.#timer);
    this.#timer = null;
  }

  #send(kind: string, data: unknown): void {
    this.#parts.send({ kind, run: this.#run, thread: this.#parts.threadIndex, data });
  }
}

/** What `setup` returns goes to other threads and workers. */
function checkedData(data: unknown): SetupData {
  if (data === undefined || data === null) return {};
  if (typeof data !== 'object' || Array.isArray(data)) throw new BoomerError('bad-setup-data', `setup() must return an object, or nothing, got ${printed(data)}`);
  try {
    return JSON.parse(JSON.stringify(data)) as SetupData;
  } catch (cause) {
    throw new BoomerError('bad-setup-data', `setup() must return what JSON can hold: ${errorLine(cause)}`, { cause });
  }
}

/** What `setup` returned, as another thread told it. */
function dataOf({ data }: SetupNote): SetupData {
  return isMap(data) ? data : {};
}

function isNote(value: unknown): value is SetupNote {
  return isObject(value) && 'kind' in value && 'run' in value && 'thread' in value && 'data' in value;
}

function nothing(): void {
  // nobody waits
}
