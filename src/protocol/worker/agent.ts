/**
 * The thin shell around the worker's state machine (run by `src/util/machineRunner.ts`): frames and users in; effects out.
 */
import { counted } from '../../util/counted.ts';
import type { LogLevel } from '../../util/logger.ts';
import { decodeMessage } from '../wire/codec.ts';
import { nextDueMs } from './clock.ts';
import { send, type AgentEvent, type Effect } from './step.ts';
import { ExceptionQueue, maxSentPerSec, type SentException } from './exceptionQueue.ts';
import { InitWait } from './initWait.ts';
import { step } from './machine.ts';
import { MasterClock } from './masterClock.ts';
import { OnceLog } from '../../util/logger.ts';
import { Outbox } from './outbox.ts';
import type { AgentEnvironment, Transport, Users, UsersInput } from './ports.ts';
import { initialState, type AgentState, type Phase } from './states.ts';
import type { AgentConfig } from './timings.ts';
import { MachineRunner } from '../../util/machineRunner.ts';
import { doneInTurns } from '../../util/steps.ts';
import { callLater } from '../../util/timers.ts';

/** What the shell is made of. */
export type AgentOptions = {
  readonly environment: AgentEnvironment;
  readonly transport: Transport;
  readonly users: Users;
  readonly config: AgentConfig;
  /**
   * What the scenario still does before this worker signs off, with the exit code: what it sends meanwhile leaves before `quit`, as with
   * Locust's worker. Awaited once; absent: nothing.
   */
  readonly beforeQuit?: (code: number) => Promise<void>;
  /** Called once, after everything was sent and the connection closed. */
  readonly onExit: (code: number) => void;
  /** Calls back once after so many milliseconds; returns how to call it off. Node's timer unless a test has its own. */
  readonly setTimer?: typeof callLater;
};

/** For a status line. */
export type AgentStatus = {
  readonly phase: Phase['name'];
  /** The identity that the master knows, or is to know. */
  readonly nodeId: string;
  /** True while a master that has taken this worker is there, as far as anybody can tell. */
  readonly isMasterReached: boolean;
  /** −1 until the master gave one. */
  readonly workerIndex: number;
  /** Live users of each own class. */
  readonly userCounts: Readonly<Record<string, number>>;
};

export type Agent = {
  /** A connection that the agent opened is there, and is over. */
  readonly up: (connection: number) => void;
  readonly down: (connection: number) => void;
  /** A frame from the master. */
  readonly receive: (connection: number, frame: Uint8Array) => void;
  /** Something that came from the master and is no message of one frame. */
  readonly receiveInvalid: (reason: string) => void;
  readonly users: (input: UsersInput) => void;
  /** SIGINT, SIGTERM or SIGHUP: the first call ends gracefully, a second one at once. */
  readonly signal: () => void;
  readonly status: () => AgentStatus;
};

/** Starts to connect to the master; from then on the agent looks after itself until it calls `onExit`. */
export function startAgent(options: AgentOptions): Agent {
  const shell = new Shell(options);
  shell.open();
  return {
    up: (connection) => shell.handle({ kind: 'up', connection }),
    down: (connection) => shell.handle({ kind: 'down', connection }),
    receive: (connection, frame) => shell.receive(connection, frame),
    receiveInvalid: (reason) => shell.receiveInvalid('frames', reason),
    users: (input) => shell.users(input),
    signal: () => shell.handle({ kind: 'signal' }),
    status: () => shell.status(),
  };
}

class Shell {
  readonly #options: AgentOptions;
  readonly #runner: MachineRunner<AgentState, AgentEvent, Effect>;
  readonly #outbox: Outbox;
  readonly #once: OnceLog;
  readonly #exceptions = new ExceptionQueue();
  readonly #masterClock: MasterClock;
  #loggedLeftOut = 0;
  readonly #initWait: InitWait;
  #isSigningOff = false;

  constructor(options: AgentOptions) {
    const { environment, transport, users, config, setTimer = callLater } = options;
    const { nowMs, log } = environment;
    this.#options = options;
    this.#once = new OnceLog(log);
    this.#masterClock = new MasterClock(environment);
    this.#outbox = new Outbox(environment, transport, users, this.#once);
    this.#initWait = new InitWait({
      users,
      setTimer,
      goOn: () => this.#runner.goOn(),
      order: (order) => void this.#runner.carryOut([order]),
      stopped: (generation) => this.handle({ kind: 'usersStopped', generation }),
    });
    this.#runner = new MachineRunner<AgentState, AgentEvent, Effect>({
      state: initialState(config, nowMs()),
      step: (state, event) => step(state, event, nowMs()),
      carryOut: (effect) => this.#carryOut(effect),
      carryOutStep: (effects) => this.#carryOutStep(effects),
      nameOf,
      tick: { kind: 'tick' },
      dueMs: (state) => this.#dueMs(state),
      nowMs,
      setTimer,
      isHeld: () => this.#initWait.holdsEvents,
      afterHold: (ms) => ({ kind: 'held', ms }),
      comesAfter: () => this.#dueExceptions(),
      log,
    });
  }

  open(): void {
    const { connection, identity } = this.#runner.state.link;
    this.#outbox.open(connection, identity);
    this.#runner.start();
  }

  receive(connection: number, frame: Uint8Array): void {
    const decoded = decodeMessage(frame);
    if (!decoded.ok) return this.receiveInvalid(decoded.kind, decoded.reason);
    if (decoded.message.type === 'spawn') this.#masterClock.record(decoded.message.data.timestamp);
    if (decoded.message.type === 'ack' && connection === this.#runner.state.link.connection) this.#initWait.start(decoded.message.data.index ?? -1);
    this.handle({ kind: 'message', connection, message: decoded.message, classes: this.#options.users.classes() });
  }

  receiveInvalid(kind: string, reason: string): void {
    this.#once.say(`invalid ${kind}`, 'warning', `the master sent something unreadable, which is left out (said once per kind): ${reason}`);
  }

  users(input: UsersInput): void {
    if (this.#isSigningOff && input.kind === 'customFromUser') return void this.#runner.carryOut([send({ type: 'custom', name: input.type, data: input.data })]);
    if (this.#runner.state.phase.name === 'closed' && input.kind === 'customFromUser') {
      return this.#once.say(`late ${input.type}`, 'warning', `a message of type ${input.type} came when no master was there to take it any more (said once per type)`);
    }
    if (input.kind !== 'exception') return this.handle(input);
    this.#exceptions.add(input);
    this.#runner.goOn();
  }

  handle(event: AgentEvent): void {
    this.#runner.handle(event);
  }

  status(): AgentStatus {
    const { phase, beats, workerIndex, link } = this.#runner.state;
    return {
      phase: phase.name,
      nodeId: this.#outbox.nodeIdOf(link.identity),
      isMasterReached: beats !== null && link.standing === 'good',
      workerIndex,
      userCounts: this.#options.users.counts(),
    };
  }

  #dueMs(state: AgentState): number | null {
    const areExceptionsTold = state.beats !== null && state.link.standing === 'good';
    const dues = [nextDueMs(state), areExceptionsTold ? this.#exceptions.dueMs : null].filter((due) => due !== null);
    return dues.length === 0 ? null : Math.min(...dues);
  }

  /** The scenario's last listeners come before `quit`. */
  #carryOutStep(effects: readonly Effect[]): void {
    const { beforeQuit } = this.#options;
    const exit = effects.find((effect) => effect.kind === 'exit');
    if (exit === undefined || beforeQuit === undefined) void this.#runner.carryOut(effects);
    else void this.#signOff(effects, exit.code, beforeQuit);
  }

  async #signOff(effects: readonly Effect[], code: number, beforeQuit: (code: number) => Promise<void>): Promise<void> {
    const isLast = (effect: Effect): boolean => effect.kind === 'exit' || (effect.kind === 'send' && effect.message.type === 'quit');
    const lastAt = effects.findIndex(isLast);
    // Without a `quit` to say there is no master that would take anything.
    this.#isSigningOff = effects[lastAt]?.kind === 'send';
    const saying = this.#runner.carryOut(effects.slice(0, lastAt));
    if (saying !== undefined) await saying;
    try {
      await beforeQuit(code);
    } catch (error) {
      this.#log('error', `ending the load threads failed: ${String(error)}`);
    }
    this.#isSigningOff = false;
    await this.#runner.carryOut(effects.slice(lastAt));
  }

  #carryOut(effect: Effect): Promise<void> | void {
    if (this.#initWait.holds(effect)) return;
    const { users, environment } = this.#options;
    const { connection, identity } = this.#runner.state.link;
    this.#outbox.use(connection, identity);
    switch (effect.kind) {
      case 'send':
        if (effect.message.type === 'client_stopped' || effect.message.type === 'quit') this.#sumUpExceptions(effect.message.type === 'quit');
        return this.#outbox.send(effect.message);
      case 'sendHeartbeat':
        return this.#outbox.sendHeartbeat(effect.state);
      case 'sendStats':
        this.#logLeftOut();
        return doneInTurns(this.#outbox.sendStats(effect.plan, this.#masterClock.shiftSec));
      case 'sendLogs':
        return this.#outbox.sendLogs();
      case 'reportsTaken':
        return environment.reportsTaken(effect.count);
      case 'reportsInDoubt':
        return environment.reportsInDoubt();
      case 'abandonReports':
        this.#abandonExceptions();
        return this.#abandonReports('masterGone');
      case 'open':
        return this.#outbox.open(effect.connection, effect.identity);
      case 'drop':
        return this.#options.transport.drop(effect.connection);
      case 'ask':
        return this.#outbox.sendOn(effect.connection, effect.identity, { type: 'spawning' });
      case 'poke':
        return this.#outbox.poke(effect.connection, this.#runner.state.link.identity, effect.state);
      case 'register':
        return this.#outbox.send({ type: 'client_ready', data: -1 });
      case 'signOff':
        return this.#outbox.signOff(effect.identity);
      case 'useUpIndexes':
        return this.#outbox.useUpIndexes(effect.count);
      case 'clearStats':
        this.#startExceptions();
        return environment.clearStats();
      case 'discardStats':
        return this.#abandonReports('reset', users.statsReset);
      case 'startRun':
        this.#masterClock.startTest();
        return users.startRun(effect.options, environment.steadySec() + this.#masterClock.shiftSec);
      case 'updateOptions':
        return users.updateOptions(effect.options);
      case 'setUsers':
        return users.setUsers(effect.generation, effect.targets, effect.stopTimeoutMs);
      case 'stopUsers':
        return users.stopUsers(effect.generation, effect.stopTimeoutMs);
      case 'spawningComplete':
        return users.spawningComplete(effect.userCount);
      case 'updateUserClass':
        return this.#updateUserClass(effect.className, effect.attributes);
      case 'deliver':
        return this.#deliver(effect.type, effect.data);
      case 'log':
        return this.#log(effect.level, effect.text);
      case 'exit':
        return this.#exit(effect.code);
    }
  }

  #updateUserClass(className: string, attributes: Readonly<Record<string, unknown>>): void {
    if (this.#options.users.updateUserClass(className, attributes)) return;
    const text = `the master edits user class ${className}, which this worker's scenario does not have: left out`;
    this.#once.say(`class ${className}`, 'warning', text);
  }

  #abandonReports(why: 'masterGone' | 'reset', then: () => void = nothing): Promise<void> | void {
    const done = doneInTurns(this.#options.environment.abandonReports(why));
    if (done instanceof Promise) return done.then(then);
    then();
  }

  #deliver(type: string, data: unknown): void {
    if (this.#options.users.deliver(type, data)) return;
    this.#once.say(`type ${type}`, 'warning', `a message of type ${type} came from the master; nobody listens to it (said once per type)`);
  }

  /** As many as the master can take now: once it has answered, and while it answers heartbeats within a second. */
  #dueExceptions(): readonly AgentEvent[] {
    const nowMs = this.#options.environment.nowMs();
    const { beats, unansweredHeartbeats, link } = this.#runner.state;
    if (beats === null || link.standing !== 'good') return [];
    if (unansweredHeartbeats > 1) {
      this.#exceptions.postpone(nowMs);
      return [];
    }
    return this.#exceptions.consume(nowMs).map(({ message, trace }) => ({ kind: 'exception', message, trace, count: 1, isOutsideTask: false }));
  }

  /** A test, or the worker, ends: what its Exceptions tab lacks is a row of its own. */
  #sumUpExceptions(isEnd: boolean): void {
    if (isEnd) for (const exception of this.#exceptions.consumeLast()) this.#sendException(exception);
    const leftOut = this.#exceptions.leftOut();
    if (leftOut !== null) this.#sendException(leftOut);
    this.#logLeftOut();
  }

  #sendException({ message, trace }: SentException): void {
    this.#outbox.send({ type: 'exception', data: { msg: message, traceback: trace } });
  }

  #startExceptions(): void {
    const before = this.#exceptions.leftOutCount;
    const late = this.#exceptions.startTest() - before;
    if (late > 0) this.#log('warning', `${late} exceptions of the test before were not told to the master any more: the next one begins`);
    this.#loggedLeftOut = 0;
  }

  /** Nobody is there who would count them. */
  #abandonExceptions(): void {
    this.#logLeftOut();
    const count = this.#exceptions.abandon();
    this.#loggedLeftOut = 0;
    if (count > 0) this.#log('warning', `not delivered, as the master for them was not there: ${counted(count, 'exception')}`);
  }

  #logLeftOut(): void {
    const { leftOutCount } = this.#exceptions;
    if (leftOutCount === this.#loggedLeftOut) return;
    this.#loggedLeftOut = leftOutCount;
    this.#log('warning', `${leftOutCount} exceptions of this test were counted here and not told to the master, which takes ${maxSentPerSec} a second`);
  }

  #exit(code: number): void {
    const { transport, onExit } = this.#options;
    this.#abandonExceptions();
    transport.close().then(
      () => onExit(code),
      (error: unknown) => {
        this.#log('error', `closing the connection failed: ${String(error)}`);
        onExit(code);
      },
    );
  }

  #log(level: LogLevel, text: string): void {
    this.#options.environment.log(level, text);
  }
}

function nameOf(effect: Effect): string {
  return effect.kind === 'send' ? `sending ${effect.message.type === 'custom' ? effect.message.name : effect.message.type}` : effect.kind;
}

function nothing(): void {
  // nothing is to follow
}
