/** What time alone brings about: retries, beats, deadlines. Everything that is due is done in one go. */
import { log, send, type Effect } from './effects.ts';
import { countHeartbeat } from './heartbeats.ts';
import { beginQuit, close, nextFlushMs } from './quitting.ts';
import { wireState, type AgentState } from './states.ts';
import { andThen, enter, stay, type Step } from './step.ts';
import { giveUpOnUsers, rejoin } from './stopping.ts';
import { nextBeatMs } from './timings.ts';

/** The exit code of a worker whose master never answered, or fell silent (Locust main.py:411-419). */
const noMasterExitCode = 255;

/**
 * Ends a worker whose master has been silent too long. Asked before every event: after a long suspension the master may
 * have thrown this worker out, and one `spawning_complete` from it then would deafen older masters for good.
 */
export function checkSilence(state: AgentState, nowMs: number): Step {
  const dueMs = silenceDueMs(state);
  if (dueMs === null || nowMs < dueMs) return stay(state);
  const silentSec = Math.round((nowMs - (state.lastReplyMs ?? nowMs)) / 1_000);
  const why = `the master at ${state.config.masterAddress} has not answered heartbeats for ${silentSec} s: users are stopping, then this worker quits`;
  return andThen(stay(state, log('error', why)), (next) => beginQuit(next, nowMs, noMasterExitCode, 'quitting without a master'));
}

/** Does everything that is due at `nowMs`. */
export function onTick(state: AgentState, nowMs: number): Step {
  return andThen(onPhaseDue(state, nowMs), (next) => beat(next, nowMs));
}

/** When time will next bring something about; null when nothing ever will. */
export function nextDueMs(state: AgentState): number | null {
  const { beats } = state;
  const dues = [...phaseDues(state), silenceDueMs(state)];
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
      return [state.stopTestAtMs];
    case 'stopping':
      return [phase.deadlineMs];
    case 'rejoining':
      return [phase.dueAtMs];
    case 'quitting':
      return [phase.deadlineMs, phase.flushAtMs];
    case 'ready':
    case 'closed':
      return [];
  }
}

function silenceDueMs(state: AgentState): number | null {
  const { phase, lastReplyMs } = state;
  if (lastReplyMs === null) return null;
  if (phase.name === 'quitting' || phase.name === 'closed') return null;
  // A master that was told `client_stopped` does not answer until it is told `client_ready`.
  if (phase.name === 'rejoining' && phase.sentAtMs === null) return null;
  return lastReplyMs + state.config.masterSilenceMs;
}

function onPhaseDue(state: AgentState, nowMs: number): Step {
  const { phase } = state;
  const isDue = (dueMs: number | null): boolean => dueMs !== null && nowMs >= dueMs;
  switch (phase.name) {
    case 'connecting':
      return isDue(phase.retryAtMs) ? knock(state, phase.tries, nowMs) : stay(state);
    case 'spawning':
    case 'running':
      return isDue(state.stopTestAtMs) ? endUnheard(state, nowMs) : stay(state);
    case 'stopping':
      return isDue(phase.deadlineMs) ? giveUpOnUsers(state, nowMs) : stay(state);
    case 'rejoining':
      return isDue(phase.dueAtMs) ? rejoin(state, nowMs) : stay(state);
    case 'quitting': {
      if (isDue(phase.deadlineMs)) {
        const late = stay(state, log('error', 'the users did not end within their stop timeout; this worker quits without them'));
        return andThen(late, (next) => close(next, phase.exitCode));
      }
      if (!isDue(phase.flushAtMs)) return stay(state);
      const flushAtMs = nextFlushMs(phase.quitAtMs, nowMs, state.config.timings);
      return enter(state, { ...phase, flushAtMs }, { kind: 'sendStats', plan: state.plan });
    }
    case 'ready':
    case 'closed':
      return stay(state);
  }
}

/** One more `client_ready` into the silence, or the end of patience. */
function knock(state: AgentState, tries: number, nowMs: number): Step {
  const { timings, masterAddress } = state.config;
  if (tries >= timings.connectTries) {
    const text = `no master answered at ${masterAddress} after ${tries} tries: is it running, and are host and port right?`;
    return enter(
      state,
      { name: 'closed', exitCode: noMasterExitCode },
      log('error', text),
      { kind: 'exit', code: noMasterExitCode },
    );
  }
  const { phase } = state;
  const pendingSpawn = phase.name === 'connecting' ? phase.pendingSpawn : null;
  const again: readonly Effect[] =
    tries === 0
      ? []
      : [log('info', `no answer from a master at ${masterAddress} yet (try ${tries + 1} of ${timings.connectTries})`)];
  return enter(
    state,
    { name: 'connecting', tries: tries + 1, retryAtMs: nowMs + timings.connectRetryMs, pendingSpawn },
    ...again,
    send({ type: 'client_ready', data: -1 }),
  );
}

/** The scenario asked to end the test and the master did not: leaving is the one thing that moves any master. */
function endUnheard(state: AgentState, nowMs: number): Step {
  const text =
    'the master did not stop the test that the scenario asked to end (its locustfile lacks our plug-in): this worker leaves the test';
  return andThen(stay(state, log('error', text)), (next) => beginQuit(next, nowMs, 0, 'quitting at the wish of the scenario'));
}

function beat(state: AgentState, nowMs: number): Step {
  const { beats, config } = state;
  if (beats === null) return stay(state);
  const { heartbeatMs, statsMs, logsMs } = config.timings;
  const effects: Effect[] = [];
  let beaten = state;
  let { heartbeatAtMs, statsAtMs, logsAtMs } = beats;
  if (nowMs >= heartbeatAtMs) {
    effects.push({ kind: 'sendHeartbeat', state: wireState(state.phase) });
    beaten = countHeartbeat(state);
    heartbeatAtMs = nextBeatMs(heartbeatAtMs, heartbeatMs, nowMs);
  }
  if (nowMs >= statsAtMs) {
    effects.push({ kind: 'sendStats', plan: state.plan });
    statsAtMs = nextBeatMs(statsAtMs, statsMs, nowMs);
  }
  if (nowMs >= logsAtMs) {
    effects.push({ kind: 'sendLogs' });
    logsAtMs = nextBeatMs(logsAtMs, logsMs, nowMs);
  }
  return effects.length === 0 ? stay(state) : { state: { ...beaten, beats: { heartbeatAtMs, statsAtMs, logsAtMs } }, effects };
}
