/**
 * The whole memory of the agent's state machine: plain data, so that a test can build any of them.
 *
 * On the wire a worker only ever claims `ready`, `spawning` or `running`; the other phases are ours (see `wireState`).
 */
import type { ClassInfo } from '../../engine/shared/messages.ts';
import type { SpawnData, WorkerMessage, WorkerState } from '../wire/messages.ts';
import { ownNamesPlan, type ClassPlan } from './classPlan.ts';
import { noOvertakenSpawns, type OvertakenSpawns } from './overtakenSpawns.ts';
import type { AgentConfig } from './timings.ts';

/** A spawn that came while this worker must not speak of spawning; the newest one waits for the `ack`. */
export type PendingSpawn = {
  readonly spawn: SpawnData;
  readonly classes: readonly ClassInfo[];
  /** It is of the test that was stopped before it came, as far as stamps tell. */
  readonly isOvertaken: boolean;
};

/** Where a worker stands with its master and its users. */
export type Phase =
  /** Nothing but `client_ready` may be said until the master answers. */
  | {
      readonly name: 'connecting';
      /** `client_ready` sent so far. */
      readonly tries: number;
      readonly retryAtMs: number;
      readonly pendingSpawn: PendingSpawn | null;
    }
  /** Registered, no users. */
  | { readonly name: 'ready' }
  /** Users are being started and stopped towards the targets of `generation`. */
  | { readonly name: 'spawning'; readonly generation: number }
  | { readonly name: 'running' }
  /** Users are leaving; what follows is up to `then`. */
  | {
      readonly name: 'stopping';
      readonly generation: number;
      readonly deadlineMs: number;
      readonly pendingSpawn: PendingSpawn | null;
      /**
       * `signOff`: the master wants it, `client_stopped` follows. `register`: the master that is there does not know us, `client_ready`
       * follows. `wait`: the master is away, nothing follows.
       */
      readonly then: 'signOff' | 'register' | 'wait';
    }
  /** `client_stopped` was said: the master has forgotten this worker until it takes the new `client_ready`. */
  | {
      readonly name: 'rejoining';
      /** When the last `client_ready` was sent; null while the additional wait lasts. */
      readonly sentAtMs: number | null;
      /** When `client_ready` is due, for the first time or again. */
      readonly dueAtMs: number;
      /** Answers to heartbeats until one shows that the master knows this worker again: those to earlier heartbeats come first. */
      readonly answersUntilKnown: number;
      readonly pendingSpawn: PendingSpawn | null;
    }
  /** Users are leaving for good; `quit` follows. */
  | {
      readonly name: 'quitting';
      readonly generation: number;
      readonly deadlineMs: number;
      readonly quitAtMs: number;
      /** When the next flush is due; null once the master no longer listens. */
      readonly flushAtMs: number | null;
      readonly exitCode: number;
      /** A second signal came: users were told to stop at once. */
      readonly hurried: boolean;
    }
  /** The last report was said, or waits for a connection; `quit` follows when the master has taken it, or when it is waited for no longer. */
  | {
      readonly name: 'parting';
      /** The end of the patience with a master that answers nothing. */
      readonly untilMs: number;
      /** The end of the patience with one that is slow. */
      readonly atLatestMs: number;
      /** When the log says that there is a wait; null: it has. */
      readonly noteAtMs: number | null;
      readonly exitCode: number;
    }
  | { readonly name: 'closed'; readonly exitCode: number };

/** Who a master that does not know us may be. */
export type Judgement =
  /** The one before: it is on the connection that was good. */
  | 'same'
  /** Another one: it forgets nobody so soon. */
  | 'another'
  /** The one before, if it gives the index that it gave us then: it keeps those for ever. */
  | 'byIndex';

/** An identity that this worker has left, and when the master may be told so. */
export type Ghost = { readonly identity: number; readonly dueAtMs: number };

/** Due times of what is said for ever once the master has answered. */
export type Beats = { readonly heartbeatAtMs: number; readonly statsAtMs: number; readonly logsAtMs: number };

/** What is known of our plug-in in the master, which says whether a test is on (`masterPlugIn.ts`). */
export type TestCheck = {
  readonly plugIn: 'unknown' | 'there' | 'missing';
  /** When the question was put that has no answer yet; null: there is none. */
  readonly askedAtMs: number | null;
  /** What to do without an answer: users run for a spawn that was overtaken by the end of its test. */
  readonly isOvertaken: boolean;
};

/** Of a master that was never asked. */
export const firstTestCheck: TestCheck = { plugIn: 'unknown', askedAtMs: null, isOvertaken: false };

/** What the scenario has asked the master for in this test: its end, now, or when all workers have replayed what is theirs. */
export type EndWish = {
  readonly kind: 'stop' | 'replayed';
  readonly reason: string;
  /** When a master that was there was last told; null: none has been since. */
  readonly toldAtMs: number | null;
};

/** Of the connection that counts; its table stands in `link.ts`. */
export type Standing = 'opening' | 'asking' | 'good' | 'doubted' | 'unknown';

/** A report that the master is not yet known to have taken. */
export type UnconfirmedReport = {
  /** Answers to heartbeats until one proves it. */
  readonly answersUntilTaken: number;
};

/** A second connection, to find out whether the master reads at all. */
export type Side = {
  readonly connection: number;
  readonly identity: number;
  readonly isUp: boolean;
  /** When the master answered on it; null before. */
  readonly answeredAtMs: number | null;
};

/** The way to the master: its connection, and what on it waits for an answer. */
export type Link = {
  readonly standing: Standing;
  /** The one that counts. Numbers only grow. */
  readonly connection: number;
  /** Under which it was opened; 0 is the worker's first. Numbers only grow. */
  readonly identity: number;
  /** The last number given to a connection, and to an identity. */
  readonly lastConnection: number;
  readonly lastIdentity: number;
  /** Since when the master owes an answer on the connection; null when it owes none. */
  readonly owedSinceMs: number | null;
  /** `spawning` was said as a question and has no answer: a `quit` would be it. */
  readonly isAsked: boolean;
  /** Heartbeats in our name on the side connection, whose answers may come on this one. */
  readonly strayAnswers: number;
  readonly unconfirmed: readonly UnconfirmedReport[];
  /** A report is due and waits for the next answer. */
  readonly isReportDue: boolean;
  /** The master wants another connection: this one ends when everything on it is answered. */
  readonly isRenewalDue: boolean;
  /** Connections of this identity that stayed mute beside a master that answers. */
  readonly muteCount: number;
  readonly side: Side | null;
};

/** Messages that the machine knows completely; the others carry numbers that only the shell can read. */
export type PlainMessage = Extract<
  WorkerMessage,
  { type: 'client_ready' | 'spawning' | 'spawning_complete' | 'client_stopped' | 'quit' | 'exception' | 'custom' }
>;

/** Everything that the machine knows. */
export type AgentState = {
  readonly config: AgentConfig;
  readonly phase: Phase;
  /** Null until the first `ack`. */
  readonly beats: Beats | null;
  /** From `ack`; −1 until then. */
  readonly workerIndex: number;
  /** When the master last answered a heartbeat; null before the first answer. */
  readonly lastReplyMs: number | null;
  /** Heartbeats that the master has yet to answer; it answers in order, and none that comes while it does not know this worker. */
  readonly unansweredHeartbeats: number;
  /** `timestamp` of the last accepted spawn, the master's clock in seconds. */
  readonly lastSpawnTimestamp: number;
  /** Of the last order given to the users; only grows. */
  readonly generation: number;
  /** From the last accepted spawn. */
  readonly stopTimeoutMs: number;
  /** The master's `--reset-stats`: what was counted while users were spawned is dropped, there and here. */
  readonly resetsStats: boolean;
  /** The master's `--enable-rebalancing`: it hands the users of a worker that is missing to the others. */
  readonly rebalances: boolean;
  readonly plan: ClassPlan;
  readonly link: Link;
  /** What was to be said while no master could be told, sent when one can. */
  readonly held: readonly PlainMessage[];
  /** Messages that were too many to be held. */
  readonly heldTooMany: number;
  /** Set while it is to be found out who the master that did not know us is; see `masterBack.ts`. */
  readonly judgement: Judgement | null;
  /** The identity that the master knew before it took `client_ready` of another one, until that has an `ack`. */
  readonly movingFrom: number | null;
  /** Identities that this worker has left, for the master to forget when they are missing anyway. */
  readonly ghosts: readonly Ghost[];
  /** The master is to send a spawn until then, or it has stopped the test while it was not heard; null: it need not. */
  readonly spawnExpectedUntilMs: number | null;
  /** Which spawns are of a test that is over. */
  readonly overtaken: OvertakenSpawns;
  /** Whether the master is being asked if the test is on. */
  readonly testCheck: TestCheck;
  /** The plug-in in the master ends this test when all workers have replayed what is theirs, however long the others take. */
  readonly waitsForReplays: boolean;
  /** Null: the scenario has asked for nothing. */
  readonly endWish: EndWish | null;
};

/** The link of a worker that has not connected yet. */
export const firstLink: Link = {
  standing: 'opening',
  connection: 0,
  identity: 0,
  lastConnection: 0,
  lastIdentity: 0,
  owedSinceMs: null,
  isAsked: false,
  strayAnswers: 0,
  unconfirmed: [],
  isReportDue: false,
  isRenewalDue: false,
  muteCount: 0,
  side: null,
};

/** The state in which a worker begins: its first `client_ready` is due now. */
export function initialState(config: AgentConfig, nowMs: number): AgentState {
  return {
    config,
    phase: { name: 'connecting', tries: 0, retryAtMs: nowMs, pendingSpawn: null },
    beats: null,
    workerIndex: -1,
    lastReplyMs: null,
    unansweredHeartbeats: 0,
    lastSpawnTimestamp: Number.NEGATIVE_INFINITY,
    generation: 0,
    stopTimeoutMs: 0,
    resetsStats: false,
    rebalances: false,
    plan: ownNamesPlan,
    link: firstLink,
    held: [],
    heldTooMany: 0,
    judgement: null,
    movingFrom: null,
    ghosts: [],
    spawnExpectedUntilMs: null,
    overtaken: noOvertakenSpawns,
    testCheck: firstTestCheck,
    waitsForReplays: false,
    endWish: null,
  };
}

/** Whether a test is on for this worker: users run, or are being started. */
export function isTesting({ name }: Phase): boolean {
  return name === 'spawning' || name === 'running';
}

/** The state to claim in a heartbeat: `running` as long as users may live, as Locust's own worker does. */
export function wireState(phase: Phase): WorkerState {
  switch (phase.name) {
    case 'connecting':
    case 'ready':
    case 'parting':
    case 'closed':
      return 'ready';
    case 'spawning':
      return 'spawning';
    case 'running':
    case 'stopping':
    case 'quitting':
      return 'running';
    case 'rejoining':
      return phase.sentAtMs === null ? 'running' : 'ready';
  }
}

/** Changes the link and nothing else. */
export function withLink(state: AgentState, changes: Partial<Link>): AgentState {
  return { ...state, link: { ...state.link, ...changes } };
}
