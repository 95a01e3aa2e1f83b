/**
 * The end of the worker: the master's `quit`, a signal, a silent master, or a scenario whose wish to end nobody heard.
 *
 * A master that quits listens for half a second more (runners.py:916), so what was counted is sent at once and then
 * every 100 ms and less while the users end; Locust's own worker reports only after they ended, and loses it.
 */
import { sendReport } from './heartbeats.ts';
import { dropHeld } from './waitingMessages.ts';
import { withLink, type AgentState } from './states.ts';
import { andThen, enter, log, send, stay, type Step } from './step.ts';
import { withoutQuestion } from './masterPlugIn.ts';
import type { AgentTimings } from './timings.ts';

/** The exit code of a worker whose master never answered, or fell silent (Locust main.py:411-419). */
export const noMasterExitCode = 255;

/** Begins the end, from any phase; in `quitting` and `closed` there is nothing left to begin. */
export function startQuit(before: AgentState, nowMs: number, exitCode: number, why: string): Step {
  const state: AgentState = { ...withoutQuestion(before), endWish: null, spawnExpectedUntilMs: null };
  const { phase, config } = state;
  switch (phase.name) {
    case 'quitting':
    case 'parting':
    case 'closed':
      return stay(before);
    // Nobody knows this worker: there is nothing to sign off from.
    case 'connecting':
      return andThen(andThen(stay(state, log('info', why)), dropHeld), (next) => enter(next, { name: 'closed', exitCode }, { kind: 'exit', code: exitCode }));
    case 'ready':
    case 'rejoining':
      return andThen(stay(state, log('info', why)), (next) => close(next, exitCode, nowMs));
    case 'spawning':
    case 'running':
    case 'stopping': {
      // Users that are already stopping keep the time they were given.
      const isStopping = phase.name === 'stopping';
      const generation = isStopping ? phase.generation : state.generation + 1;
      const deadlineMs = isStopping ? phase.deadlineMs : nowMs + state.stopTimeoutMs + config.timings.usersGraceMs;
      const flushes = { quitAtMs: nowMs, flushAtMs: nextFlushMs(nowMs, nowMs, config.timings) };
      const quitting = enter({ ...state, generation }, { name: 'quitting', generation, deadlineMs, ...flushes, exitCode, hurried: false }, log('info', why));
      const reported = andThen(quitting, (next) => flush(next, nowMs));
      if (isStopping) return reported;
      return andThen(reported, (next) => stay(next, { kind: 'stopUsers', generation, stopTimeoutMs: state.stopTimeoutMs }));
    }
  }
}

/** The next moment at which what was counted leaves; null when the master listens no longer. */
export function nextFlushMs(quitAtMs: number, nowMs: number, { flushAfterMs }: AgentTimings): number | null {
  const afterMs = flushAfterMs.find((ms) => quitAtMs + ms > nowMs);
  return afterMs === undefined ? null : quitAtMs + afterMs;
}

/** SIGINT, SIGTERM or SIGHUP: the first ends gracefully, a later one ends the users at once. */
export function onSignal(state: AgentState, nowMs: number): Step {
  const { phase } = state;
  if (phase.name === 'parting') return quitNow(state, phase.exitCode);
  if (phase.name !== 'quitting') return startQuit(state, nowMs, 0, 'asked to end: users are stopping, then this worker quits');
  if (phase.hurried) return stay(state);
  const generation = state.generation + 1;
  return enter(
    { ...state, generation },
    { ...phase, generation, hurried: true, deadlineMs: Math.min(phase.deadlineMs, nowMs + state.config.timings.usersGraceMs) },
    log('warning', 'asked to end again: users are stopped at once'),
    { kind: 'stopUsers', generation, stopTimeoutMs: 0 },
  );
}

/** The report, unless the connection may be dead: on one that is, it could never be known what became of it. */
export function flush(state: AgentState, nowMs: number): Step {
  return isSuspect(state, nowMs) ? stay(withLink(state, { isReportDue: true })) : sendReport(state, nowMs);
}

function isSuspect({ link, lastReplyMs, config }: AgentState, nowMs: number): boolean {
  return link.standing === 'good' && lastReplyMs !== null && link.owedSinceMs !== null && nowMs - link.owedSinceMs >= config.timings.suspectMs;
}

/** All users are gone: send the rest, and sign off once the master is known to have taken it. */
export function close(state: AgentState, exitCode: number, nowMs: number): Step {
  // Whoever ran users has something to tell: the way to the master is mended first, if it was there just now and is not what ends the worker.
  if (state.phase.name === 'quitting' && exitCode === 0 && canBeMended(state, nowMs)) {
    return part({ ...withLink(state, { isReportDue: true }), beats: null }, exitCode, nowMs);
  }
  const said = sendReport({ ...state, beats: null }, nowMs);
  const { standing, unconfirmed } = said.state.link;
  if (standing !== 'good' || unconfirmed.length === 0 || state.lastReplyMs === null) return andThen(said, (next) => quitNow(next, exitCode));
  return andThen(said, (next) => part(next, exitCode, nowMs));
}

function part(state: AgentState, exitCode: number, nowMs: number): Step {
  const { partingMs, maxPartingMs, partingNoteMs, endSilenceMs } = state.config.timings;
  // A master whose silence is what ends the worker has been waited for.
  const patienceMs = exitCode === noMasterExitCode ? endSilenceMs : partingMs;
  return enter(state, { name: 'parting', untilMs: nowMs + patienceMs, atLatestMs: nowMs + maxPartingMs, noteAtMs: nowMs + partingNoteMs, exitCode });
}

function canBeMended(state: AgentState, nowMs: number): boolean {
  const { link, lastReplyMs, config } = state;
  const { silenceMs, partingMs } = config.timings;
  const isSoon = lastReplyMs !== null && nowMs - lastReplyMs < silenceMs + partingMs;
  return isSoon && (link.standing === 'asking' || link.standing === 'doubted' || isSuspect(state, nowMs));
}

/** The master has answered something after the last report: the report itself, or what came before it, and then it is on its way through that. */
export function onLastAnswer(state: AgentState, nowMs: number): Step {
  const { phase, link, config } = state;
  if (phase.name !== 'parting') return stay(state);
  if (link.unconfirmed.length === 0 && !link.isReportDue) return quitNow(state, phase.exitCode);
  return enter(state, { ...phase, untilMs: Math.min(nowMs + config.timings.partingMs, phase.atLatestMs) });
}

/** A wait that somebody may notice. */
export function sayWhatIsAwaited(state: AgentState): Step {
  if (state.phase.name !== 'parting') return stay(state);
  const what = state.link.isReportDue ? 'answer, and then to have the last report' : 'confirm the last report';
  const text = `waiting for the master at ${state.config.masterAddress} to ${what}; another signal ends this worker at once`;
  return enter(state, { ...state.phase, noteAtMs: null }, log('info', text));
}

/** The master has not confirmed it in time. */
export function giveUpParting(state: AgentState): Step {
  const { phase, link, config } = state;
  if (phase.name !== 'parting') return stay(state);
  const text = link.isReportDue
    ? `no master answers at ${config.masterAddress}: the last report is not sent`
    : `the last report was sent to the master at ${config.masterAddress}, which does not confirm it: it is very slow, or stands still`;
  return andThen(stay(state, log('warning', text)), (next) => quitNow(next, phase.exitCode));
}

/** Nothing more is waited for. */
export function quitNow(state: AgentState, exitCode: number): Step {
  const doubt = state.link.unconfirmed.length > 0 ? [{ kind: 'reportsInDoubt' } as const] : [];
  const told = dropHeld(withLink({ ...state, beats: null }, { unconfirmed: [] }));
  return andThen(told, (next) => enter(next, { name: 'closed', exitCode }, ...doubt, send({ type: 'quit' }), { kind: 'exit', code: exitCode }));
}
