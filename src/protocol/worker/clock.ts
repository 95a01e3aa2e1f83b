/** What time alone brings about: retries, beats, deadlines. Everything that is due is done in one go. */
import { sendHeartbeat, sendReport } from './heartbeats.ts';
import { dropHeld } from './waitingMessages.ts';
import { linkDueMs, onLinkDue } from './link.ts';
import { startQuit, close, giveUpParting, flush, nextFlushMs, noMasterExitCode, sayWhatIsAwaited } from './quitting.ts';
import { isTesting, withLink, type AgentState } from './states.ts';
import { andThen, enter, log, send, stay, type Effect, type Step } from './step.ts';
import { giveUpOnUsers, rejoin, stopUsers } from './stopping.ts';
import { endWishDueMs, onTestCheckDue, testCheckDueMs } from './masterPlugIn.ts';
import { nextBeatMs } from './timings.ts';

/**
 * What the silence of the master brings about. Asked before every event: after a long suspension the master may have thrown this
 * worker out, and one `spawning_complete` from it then would deafen older masters for good.
 */
export function checkSilence(state: AgentState, nowMs: number): Step {
  const lost = onLoss(state, nowMs);
  return andThen(lost, (next) => onLinkDue(next, nowMs));
}

/** What `--on-master-loss` says, when it is time. */
function onLoss(state: AgentState, nowMs: number): Step {
  const dueMs = lossDueMs(state);
  if (dueMs === null || nowMs < dueMs) return stay(state);
  const { masterAddress, onMasterLoss } = state.config;
  const silentSec = Math.round((nowMs - (state.lastReplyMs ?? nowMs)) / 1_000);
  const what = `the master at ${masterAddress} has not answered heartbeats for ${silentSec} s`;
  if (onMasterLoss !== 'quit') return stopUsers(state, nowMs, 'wait', log('error', `${what}: users are stopping, and this worker waits for a master`));
  return andThen(stay(state, log('error', `${what}: users are stopping, then this worker quits`)), (next) => startQuit(next, nowMs, noMasterExitCode, 'quitting without a master'));
}

/** Does everything that is due at `nowMs`. */
export function onTick(state: AgentState, nowMs: number): Step {
  const phased = andThen(onPhaseDue(state, nowMs), (next) => onNoAnswer(next, nowMs));
  return andThen(andThen(phased, (next) => beat(next, nowMs)), (next) => signOffGhosts(next, nowMs));
}

/** When time will next bring something about; null when nothing ever will. */
export function nextDueMs(state: AgentState): number | null {
  const { beats } = state;
  const dues = [...phaseDues(state), lossDueMs(state), linkDueMs(state), testCheckDueMs(state), ...state.ghosts.map(({ dueAtMs }) => (state.link.standing === 'good' ? dueAtMs : null))];
  if (beats !== null) dues.push(beats.heartbeatAtMs, beats.statsAtMs, beats.logsAtMs);
  const real = dues.filter((due): due is number => due !== null);
  return real.length === 0 ? null : Math.min(...real);
}

function phaseDues(state: AgentState): (number | null)[] {
  const { phase } = state;
  switch (phase.name) {
    case 'connecting':
      return [phase.retryAtMs];
    case 'spawning':
    case 'running':
      return [endWishDueMs(state), spawnDueMs(state)];
    case 'stopping':
      return [phase.deadlineMs];
    case 'rejoining':
      return [state.link.standing === 'good' || state.link.standing === 'unknown' ? phase.dueAtMs : null];
    case 'quitting':
      return [phase.deadlineMs, phase.flushAtMs];
    case 'parting':
      return [phase.untilMs, phase.noteAtMs];
    case 'ready':
    case 'closed':
      return [];
  }
}

/** When the master counts as lost; null: it does not, or there is nothing to do about it. */
function lossDueMs(state: AgentState): number | null {
  const { phase, lastReplyMs, link, config } = state;
  if (lastReplyMs === null || phase.name === 'quitting' || phase.name === 'parting' || phase.name === 'closed') return null;
  if (config.onMasterLoss === 'quit') {
    // A master that was told `client_stopped` does not answer until it is told `client_ready`.
    const isOwed = link.standing !== 'good' || phase.name !== 'rejoining' || phase.sentAtMs !== null;
    return isOwed ? lastReplyMs + config.masterSilenceMs : null;
  }
  if (!isTesting(phase) || link.standing === 'good') return null;
  return lastReplyMs + (config.onMasterLoss === 'stop' ? config.timings.silenceMs : config.masterLossGraceMs);
}

/** When a master that has us back must have sent a spawn. */
function spawnDueMs({ link, spawnExpectedUntilMs }: AgentState): number | null {
  return link.standing === 'good' ? spawnExpectedUntilMs : null;
}

function onPhaseDue(state: AgentState, nowMs: number): Step {
  const { phase } = state;
  const isDue = (dueMs: number | null): boolean => dueMs !== null && nowMs >= dueMs;
  switch (phase.name) {
    case 'connecting':
      return isDue(phase.retryAtMs) ? retryReady(state, phase.tries, nowMs) : stay(state);
    case 'spawning':
    case 'running':
      if (isDue(spawnDueMs(state))) return stopUsers(state, nowMs, 'signOff', log('warning', 'the master was not heard for a while, and has stopped the test meanwhile: users are stopping'));
      return isDue(endWishDueMs(state)) ? leaveTest(state, nowMs) : stay(state);
    case 'stopping':
      return isDue(phase.deadlineMs) ? giveUpOnUsers(state, nowMs) : stay(state);
    case 'rejoining':
      return isDue(phase.dueAtMs) ? rejoin(state, nowMs) : stay(state);
    case 'quitting': {
      if (isDue(phase.deadlineMs)) {
        const late = stay(state, log('error', 'the users did not end within their stop timeout; this worker quits without them'));
        return andThen(late, (next) => close(next, phase.exitCode, nowMs));
      }
      if (!isDue(phase.flushAtMs)) return stay(state);
      const flushAtMs = nextFlushMs(phase.quitAtMs, nowMs, state.config.timings);
      return andThen(enter(state, { ...phase, flushAtMs }), (next) => flush(next, nowMs));
    }
    case 'parting':
      if (isDue(phase.untilMs)) return giveUpParting(state);
      return isDue(phase.noteAtMs) ? sayWhatIsAwaited(state) : stay(state);
    case 'ready':
    case 'closed':
      return stay(state);
  }
}

/** Our plug-in, if the master has it, does not say whether the test is on. */
function onNoAnswer(state: AgentState, nowMs: number): Step {
  const { plugIn, isOvertaken } = state.testCheck;
  const dueMs = testCheckDueMs(state);
  const noted = onTestCheckDue(state, nowMs);
  if (dueMs === null || nowMs < dueMs || plugIn === 'there' || !isOvertaken || !isTesting(state.phase)) return noted;
  return andThen(noted, (next) => stopUsers(next, nowMs, 'signOff', log('warning', 'what the master ordered last was of the test that it had just stopped: users are stopping')));
}

/** One more `client_ready` into the silence, or the end of patience. */
function retryReady(state: AgentState, tries: number, nowMs: number): Step {
  const { timings, masterAddress, onMasterLoss } = state.config;
  if (tries >= timings.connectTries && onMasterLoss === 'quit') {
    const text = `no master answered at ${masterAddress} after ${tries} tries: is it running, and are host and port right?`;
    return andThen(andThen(stay(state, log('error', text)), dropHeld), (next) =>
      enter(next, { name: 'closed', exitCode: noMasterExitCode }, { kind: 'exit', code: noMasterExitCode }),
    );
  }
  const { phase } = state;
  const pendingSpawn = phase.name === 'connecting' ? phase.pendingSpawn : null;
  const again: readonly Effect[] =
    tries === 0
      ? []
      : [log('info', `no answer from a master at ${masterAddress} yet (try ${tries + 1}${onMasterLoss === 'quit' ? ` of ${timings.connectTries}` : ''})`)];
  return enter(
    state,
    { name: 'connecting', tries: tries + 1, retryAtMs: nowMs + timings.connectRetryMs, pendingSpawn },
    ...again,
    send({ type: 'client_ready', data: -1 }),
  );
}

/** The scenario asked to end the test and the master did not: leaving is the one thing that moves any master. */
function leaveTest(state: AgentState, nowMs: number): Step {
  const text =
    'the master did not stop the test that the scenario asked to end (its locustfile lacks our plug-in): this worker leaves the test';
  return andThen(stay(state, log('error', text)), (next) => startQuit(next, nowMs, 0, 'quitting at the wish of the scenario'));
}

function beat(state: AgentState, nowMs: number): Step {
  const { beats, config, link } = state;
  if (beats === null) return stay(state);
  const { heartbeatMs, statsMs, logsMs } = config.timings;
  const isHeartbeatDue = nowMs >= beats.heartbeatAtMs;
  const isReportDue = nowMs >= beats.statsAtMs;
  const areLogsDue = nowMs >= beats.logsAtMs;
  if (!isHeartbeatDue && !isReportDue && !areLogsDue) return stay(state);
  const next = {
    heartbeatAtMs: isHeartbeatDue ? nextBeatMs(beats.heartbeatAtMs, heartbeatMs, nowMs) : beats.heartbeatAtMs,
    statsAtMs: isReportDue ? nextBeatMs(beats.statsAtMs, statsMs, nowMs) : beats.statsAtMs,
    logsAtMs: areLogsDue ? nextBeatMs(beats.logsAtMs, logsMs, nowMs) : beats.logsAtMs,
  };
  const isUp = link.standing === 'good' || link.standing === 'asking' || link.standing === 'doubted';
  // The answer to a heartbeat is the moment for a report: see `link.ts`.
  const beaten = (isHeartbeatDue || isReportDue) && isUp ? sendHeartbeat({ ...state, beats: next }, nowMs) : stay({ ...state, beats: next });
  const reported = andThen(beaten, (beatenState) => (isReportDue ? report(beatenState, nowMs) : stay(beatenState)));
  return areLogsDue ? andThen(reported, (done) => stay(done, { kind: 'sendLogs' })) : reported;
}

/** The report is due: at the next answer, or now when the master never gives one. */
function report(state: AgentState, nowMs: number): Step {
  return state.lastReplyMs === null ? sendReport(state, nowMs) : stay(withLink(state, { isReportDue: true }));
}

/**
 * Identities that the master has missed long enough are signed off, or it would begin its test anew when it forgets them after 64 s
 * (runners.py:955-964). Without `--enable-rebalancing` that is just what brings their users back: nothing else does.
 */
function signOffGhosts(state: AgentState, nowMs: number): Step {
  if (state.link.standing !== 'good') return stay(state);
  const due = state.ghosts.filter(({ dueAtMs }) => nowMs >= dueAtMs);
  if (due.length === 0) return stay(state);
  const ghosts = state.ghosts.filter(({ dueAtMs }) => nowMs < dueAtMs);
  const left = isTesting(state.phase) && !state.rebalances ? [] : due;
  return stay({ ...state, ghosts }, ...left.map(({ identity }) => ({ kind: 'signOff', identity }) as const));
}
