/**
 * A master is there again: the one that knew this worker, or another.
 *
 * - It answers a heartbeat: it knows us, and is the same one. Nothing of the run is lost.
 * - It reads, and holds a dead connection of ours: the same one, which takes us under another identity (`link.ts`).
 * - It says that it does not know us, on the connection that was good: the same one, which was not to be heard for so long that it has
 *   forgotten us.
 * - It says so on a new connection. Before a minute of silence is over a master forgets nobody: another one. After that either is
 *   possible. The same one gives the index again that it gave us first (runners.py `get_worker_index`); so that another does not do so by
 *   chance, it is made to give the first indexes to nobody.
 *
 * Another master gets a ready worker. What was counted for the one before is not for it: it is named as not delivered.
 */
import { sendReport } from './heartbeats.ts';
import { dropHeld, sendHeld, withoutOutdated } from './waitingMessages.ts';
import { dropSide, withGhost } from './link.ts';
import { becomeReady } from './spawning.ts';
import { firstTestCheck, withLink, type AgentState } from './states.ts';
import { andThen, enter, log, stay, type Effect, type Step } from './step.ts';
import { register, rejoin } from './stopping.ts';
import { askTest, tellWish, withoutQuestion } from './masterPlugIn.ts';

/** An answer to a heartbeat on the connection that counts. `heardAtMs`: when the one before came. */
export function onKnown(state: AgentState, heardAtMs: number | null, nowMs: number): Step {
  const { link, judgement, config } = state;
  switch (link.standing) {
    case 'good':
      return link.isReportDue ? sendReport(state, nowMs) : stay(state);
    case 'doubted':
      // Nothing was lost on the way, and in `rejoining` the answer may be to what was said before `client_ready`.
      return becomeGood(state, nowMs, { what: 'the master answers again', isRegistered: false, mayHaveStopped: false, isOrderLost: false });
    case 'asking': {
      const mayHaveStopped = heardAtMs !== null && nowMs - heardAtMs >= config.timings.missingMs;
      const back = { what: 'the master answers again', isRegistered: true, mayHaveStopped, isOrderLost: true };
      // The `ack` of a master that did not know us was lost: there is no index to go by.
      if (judgement === null || judgement === 'same') return becomeGood({ ...state, judgement: null }, nowMs, back);
      return andThen(abandon(state), (next) => becomeGood(next, nowMs, back));
    }
    case 'opening':
    case 'unknown':
      return stay(state);
  }
}

/** `quit` as the answer to our question. */
export function onUnknown(state: AgentState, nowMs: number): Step {
  const { link, phase, lastReplyMs, config } = state;
  const { timings } = config;
  const isSoon = lastReplyMs !== null && nowMs - lastReplyMs < timings.forgottenMs;
  const judgement = state.judgement ?? (link.standing === 'doubted' ? 'same' : isSoon ? 'another' : 'byIndex');
  const who = judgement === 'another' ? 'another master is there' : 'the master does not know this worker any more';
  const told = judgement === 'another' ? dropHeld(state) : stay(withoutOutdated(state));
  const asked = withLink({ ...withoutQuestion(told.state), lastReplyMs: nowMs, unansweredHeartbeats: 0, judgement, movingFrom: null, spawnExpectedUntilMs: null }, {
    standing: 'unknown',
    isAsked: false,
    owedSinceMs: null,
    side: null,
    muteCount: 0,
    unconfirmed: [],
  });
  // It has read the question, and so what was said on this connection before.
  const taken: readonly Effect[] = link.unconfirmed.length > 0 ? [{ kind: 'reportsTaken', count: link.unconfirmed.length }] : [];
  const effects = [...told.effects, ...dropSide(link), ...taken];
  switch (phase.name) {
    case 'spawning':
    case 'running': {
      const generation = state.generation + 1;
      const stopTimeoutMs = Math.min(state.stopTimeoutMs, timings.newMasterWaitMs);
      const text = `${who} at ${config.masterAddress}: the users of the test that it does not know are stopping, then this worker is ready for it`;
      return enter(
        { ...asked, generation, endWish: null },
        { name: 'stopping', generation, deadlineMs: nowMs + stopTimeoutMs + timings.usersGraceMs, pendingSpawn: null, then: 'register' },
        ...effects,
        log('warning', text),
        { kind: 'stopUsers', generation, stopTimeoutMs },
      );
    }
    case 'stopping':
      return enter(asked, { ...phase, pendingSpawn: null, then: 'register' }, ...effects, log('warning', `${who} at ${config.masterAddress}`));
    case 'ready':
    case 'rejoining':
      return andThen(stay(asked, ...effects), (next) => register(next, nowMs));
    case 'connecting':
    case 'quitting':
    case 'parting':
    case 'closed':
      return stay(asked, ...effects);
  }
}

/** `ack` of a master that did not know us, or of the one before under our new identity. Null: it says nothing about who is there. */
export function onAckOfStranger(state: AgentState, index: number | null, nowMs: number): Step | null {
  const { link, judgement, movingFrom } = state;
  if (movingFrom !== null) {
    const moved = { ...state, movingFrom: null, ghosts: withGhost(state, movingFrom, nowMs), workerIndex: index ?? state.workerIndex, lastReplyMs: nowMs };
    return becomeGood(moved, nowMs, { what: 'the master has this worker back, under another identity,', isRegistered: true, mayHaveStopped: true, isOrderLost: true });
  }
  if (link.standing !== 'unknown') return null;
  const isSame = judgement === 'same' || (judgement === 'byIndex' && index === state.workerIndex);
  const indexed = { ...state, workerIndex: index ?? state.workerIndex, lastReplyMs: nowMs };
  const judged = isSame ? stay({ ...indexed, judgement: null }) : abandon(indexed);
  const what = isSame ? 'the master has this worker back' : 'registered with another master';
  return andThen(judged, (next) => becomeGood(next, nowMs, { what, isRegistered: true, mayHaveStopped: false, isOrderLost: false }));
}

/** What was counted, and said, is not for the master that is there. */
function abandon(state: AgentState): Step {
  // Where it was known to be another one, what is held came after that.
  const told = state.judgement === 'another' ? stay(state) : dropHeld(state);
  return andThen(told, (next) => stay({ ...next, judgement: null, lastSpawnTimestamp: Number.NEGATIVE_INFINITY, testCheck: firstTestCheck }, { kind: 'abandonReports' }));
}

type Return = {
  readonly what: string;
  /** `client_ready` was taken, or was not needed. */
  readonly isRegistered: boolean;
  /** It may have stopped the test without our hearing it. */
  readonly mayHaveStopped: boolean;
  /** What it ordered while the connection was broken, nobody has heard, and what it was told last may not have arrived. */
  readonly isOrderLost: boolean;
};

/** The master has us: what was counted is sent, what was held is said. */
function becomeGood(before: AgentState, nowMs: number, back: Return): Step {
  const good = withLink(before, { standing: 'good', side: null, muteCount: 0, isAsked: false });
  const logged = stay(good, ...dropSide(before.link), log('info', `${back.what} at ${before.config.masterAddress}`));
  const reported = andThen(logged, (next) => (next.link.isReportDue ? sendReport(next, nowMs) : stay(next)));
  return andThen(andThen(reported, sendHeld), (next) => takeUp(next, nowMs, back));
}

/** What the phase makes of it. */
function takeUp(state: AgentState, nowMs: number, { isRegistered, mayHaveStopped, isOrderLost }: Return): Step {
  const { phase, config } = state;
  switch (phase.name) {
    case 'spawning':
    case 'running':
      // A master that has missed us has us back with a spawn, unless it has stopped the test.
      return andThen(
        andThen(stay(mayHaveStopped ? { ...state, spawnExpectedUntilMs: nowMs + config.timings.spawnWaitMs } : state), (next) => (isOrderLost ? askTest(next, nowMs, false) : stay(next))),
        (next) => tellWish(next, nowMs, isOrderLost),
      );
    case 'rejoining':
      if (isRegistered && phase.sentAtMs !== null) return becomeReady(state, phase.pendingSpawn, nowMs);
      // `client_stopped` had to wait, and `client_ready` with it.
      if (phase.sentAtMs === null) return nowMs >= phase.dueAtMs ? rejoin(state, nowMs) : stay(state);
      // The one that was said before the silence is on its way.
      return stay({ ...state, phase: { ...phase, dueAtMs: nowMs + config.timings.connectRetryMs } });
    case 'connecting':
    case 'ready':
    case 'stopping':
    case 'quitting':
    case 'parting':
    case 'closed':
      return stay(state);
  }
}
