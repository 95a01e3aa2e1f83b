/** How the program itself behaves: what it shows, whom it listens to, where its options come from. */
import { isIP } from 'node:net';
import type { LogLevel } from '../util/logger.ts';
import { asLogLevel, logLevels } from '../util/logger.ts';
import type { OptionsOf } from './option.ts';
import { durationMs, expected, onOff, text, whole, word, writtenFile, type ConfigDuration, type Given, type Reader } from './readers.ts';

/** As checked values; null: nobody said anything. */
export type ProgramSettings = {
  readonly isQuiet: boolean;
  /** No live table: header, then the end. */
  readonly isOnlySummary: boolean;
  readonly hasNoProgress: boolean;
  readonly hasNoColour: boolean;
  readonly logLevel: LogLevel;
  readonly logFile: string | null;
  readonly skipsLogSetup: boolean;
  /** One file for each load thread beside this path. */
  readonly cpuProfile: string | null;
  readonly cpuProfileMs: number;
  /** One file for each load thread beside this path. */
  readonly memoryProfile: string | null;
  readonly memoryProfileMs: number;
  readonly masterHost: string;
  readonly masterPort: number;
  /** Response times below 10 ms go to the master in tenths. */
  readonly timesInTenths: boolean;
  /** The master is told no times from the intended start. */
  readonly hasNoScheduleRows: boolean;
  readonly isWorker: boolean;
  readonly onMasterLoss: 'quit' | 'wait' | 'stop';
  /** How long users go on without a master. */
  readonly masterLossGraceMs: number;
  /** Silence of the master after which the worker gives up. */
  readonly masterSilenceMs: number;
  /** Locust's extra wait between `client_stopped` and `client_ready`. */
  readonly readyDelaySec: number;
  readonly isHeadless: boolean;
  /** `--config`. */
  readonly configFile: string | null;
  readonly showsConfig: boolean;
};

/** As an author of a configuration file writes it. */
export type ProgramConfig = {
  /** Nothing but the verdict and errors. */
  readonly quiet?: boolean;
  /** No live table: the header, then the end. */
  readonly onlySummary?: boolean;
  /** Nothing is redrawn in place. */
  readonly noProgress?: boolean;
  readonly noColor?: boolean;
  readonly loglevel?: 'debug' | 'info' | 'warning' | 'error' | 'critical';
  /** Log lines go to this file instead of the terminal. */
  readonly logfile?: string;
  /** A CPU profile of each load thread, beside this path. */
  readonly cpuProfile?: string;
  readonly cpuProfileDuration?: ConfigDuration;
  /** A heap profile of each load thread, beside this path. */
  readonly memProfile?: string;
  readonly memProfileDuration?: ConfigDuration;
  /** Host of the Locust master. */
  readonly masterHost?: string;
  /** Port of the Locust master. */
  readonly masterPort?: number;
  /** Response times below 10 ms go to the master in tenths of a millisecond. */
  readonly precision?: boolean;
  /** The master is told no times from the intended start. */
  readonly noScheduleRows?: boolean;
  /** When the master is gone: `quit` after 60 s (the default), `wait` for one as long as it takes, or `stop` the users at once and wait. */
  readonly onMasterLoss?: 'quit' | 'wait' | 'stop';
  /** How long users go on without a master, with `wait`; seconds, or a text such as `5m`. */
  readonly masterLossGrace?: number | string;
  /** A run without a master when no command is named. */
  readonly headless?: boolean;
};

const logLevel: Reader<LogLevel> = {
  kind: 'text',
  read(given, readText) {
    const level = asLogLevel(text.read(given, readText));
    if (level === null) throw expected(given, `one of ${logLevels.join(', ')}`);
    return level;
  },
};

/** A name or an address, and nothing around it: what is no host would be tried for minutes. Says how the same host is written, where there is one in the text. */
const masterHost: Reader<string> = {
  kind: 'text',
  read(given, readText) {
    const host = text.read(given, readText);
    if (isHost(host)) return host;
    throw expected(given, `a host's name or address${rightForm(host, given)}`);
  },
};

/** The options, by what they set. */
export const programOptions: OptionsOf<ProgramSettings, ProgramConfig> = {
  isQuiet: {
    name: 'quiet', aliases: ['q'], variables: ['BOOMER_QUIET'], key: 'quiet',
    ...onOff,
    group: 'Terminal and log', only: 'run',
    describe: 'Nothing but the verdict and errors',
  },
  isOnlySummary: {
    name: 'only-summary', variables: ['LOCUST_ONLY_SUMMARY'], key: 'onlySummary',
    ...onOff,
    group: 'Terminal and log', only: 'run', isMasters: true,
    describe: 'No numbers while it runs: the header, then the end',
  },
  hasNoProgress: {
    name: 'no-progress', aliases: ['n'], variables: ['BOOMER_NO_PROGRESS'], key: 'noProgress',
    ...onOff,
    group: 'Terminal and log',
    describe: 'Redraw nothing in place; so it is where CI is set, and with TERM=dumb',
  },
  hasNoColour: {
    name: 'no-color', key: 'noColor',
    ...onOff,
    group: 'Terminal and log', only: 'run',
    describe: 'No colours; as NO_COLOR does, and FORCE_COLOR the contrary',
  },
  logLevel: {
    name: 'loglevel', aliases: ['L'], value: 'LEVEL', variables: ['LOCUST_LOGLEVEL'], key: 'loglevel',
    reads: logLevel, default: 'info',
    group: 'Terminal and log',
    describe: 'debug, info, warning, error, critical',
  },
  logFile: {
    name: 'logfile', value: 'FILE', variables: ['LOCUST_LOGFILE'], key: 'logfile',
    reads: writtenFile, otherwise: null, unset: 'the terminal',
    group: 'Terminal and log',
    describe: 'Log to this file instead of the terminal',
  },
  skipsLogSetup: {
    name: 'skip-log-setup', variables: ['LOCUST_SKIP_LOG_SETUP'],
    ...onOff,
    group: 'Terminal and log',
    describe: 'Log warnings and errors only, unless --loglevel says otherwise',
  },
  cpuProfile: {
    name: 'cpu-profile', value: 'FILE', variables: ['BOOMER_CPU_PROFILE'], key: 'cpuProfile',
    reads: text, otherwise: null, unset: 'none',
    group: 'Profiles',
    describe: 'Write a CPU profile of each load thread beside this path; a worker, of the first test',
  },
  cpuProfileMs: {
    name: 'cpu-profile-duration', value: 'TIME', variables: ['BOOMER_CPU_PROFILE_DURATION'], key: 'cpuProfileDuration',
    reads: durationMs, default: '30s',
    group: 'Profiles',
    describe: 'How long to profile the CPU',
  },
  memoryProfile: {
    name: 'mem-profile', value: 'FILE', variables: ['BOOMER_MEM_PROFILE'], key: 'memProfile',
    reads: text, otherwise: null, unset: 'none',
    group: 'Profiles',
    describe: 'Write a heap profile of each load thread beside this path; a worker, of the first test',
  },
  memoryProfileMs: {
    name: 'mem-profile-duration', value: 'TIME', variables: ['BOOMER_MEM_PROFILE_DURATION'], key: 'memProfileDuration',
    reads: durationMs, default: '30s',
    group: 'Profiles',
    describe: 'How long to profile the heap',
  },
  masterHost: {
    name: 'master-host', value: 'HOST', variables: ['LOCUST_MASTER_NODE_HOST', 'LOCUST_MASTER_HOST'], key: 'masterHost',
    reads: masterHost, default: '127.0.0.1',
    group: 'Master', only: 'worker',
    describe: 'Host of the Locust master',
  },
  masterPort: {
    name: 'master-port', value: 'PORT', variables: ['LOCUST_MASTER_NODE_PORT', 'LOCUST_MASTER_PORT'], key: 'masterPort',
    reads: whole({ min: 1, max: 65_535 }), default: '5557',
    group: 'Master', only: 'worker',
    describe: 'Port of the Locust master',
  },
  timesInTenths: {
    name: 'precision', variables: ['BOOMER_PRECISION'], key: 'precision',
    ...onOff,
    group: 'Master', only: 'worker',
    describe: 'Tell the master response times below 10 ms in tenths of a millisecond, not in whole ones',
  },
  hasNoScheduleRows: {
    name: 'no-schedule-rows', variables: ['BOOMER_NO_SCHEDULE_ROWS'], key: 'noScheduleRows',
    ...onOff,
    group: 'Master', only: 'worker',
    describe: 'Tell the master no times from the intended start (rows NAME [from schedule]), where there is a rate or a pacing',
  },
  isWorker: {
    name: 'worker', variables: ['LOCUST_MODE_WORKER'],
    ...onOff,
    group: 'Master', only: 'worker',
    describe: 'Be a worker; the same as the command',
  },
  onMasterLoss: {
    name: 'on-master-loss', value: 'WHAT', variables: ['BOOMER_ON_MASTER_LOSS'], key: 'onMasterLoss',
    reads: word(['wait', 'quit', 'stop']), default: 'quit',
    group: 'Master', only: 'worker',
    describe: 'When the master is gone: quit after 60 s, wait for one as long as it takes, or stop the users at once and wait',
  },
  masterLossGraceMs: {
    name: 'master-loss-grace', value: 'TIME', variables: ['BOOMER_MASTER_LOSS_GRACE'], key: 'masterLossGrace',
    reads: durationMs, default: '60s',
    group: 'Master', only: 'worker',
    describe: 'How long users go on without a master, with --on-master-loss wait',
  },
  masterSilenceMs: {
    name: 'master-heartbeat-timeout', hasNoFlag: true, value: 'MS', variables: ['LOCUST_MASTER_HEARTBEAT_TIMEOUT'],
    reads: whole({ min: 1, more: ' (milliseconds)' }), default: '60000',
    group: 'Master', only: 'worker',
    describe: 'Milliseconds of silence after which the master is given up',
  },
  readyDelaySec: {
    name: 'ready-delay', hasNoFlag: true, value: 'SECONDS', variables: ['LOCUST_WORKER_ADDITIONAL_WAIT_BEFORE_READY_AFTER_STOP'],
    reads: whole({ min: 0, more: ' (seconds)' }), default: '0',
    group: 'Master', only: 'worker',
    describe: 'Seconds to wait after a run before the worker is ready for the next',
  },
  isHeadless: {
    name: 'headless', variables: ['LOCUST_HEADLESS'], key: 'headless',
    ...onOff,
    group: 'Configuration', only: 'run', isMasters: true,
    describe: 'Run without a master; the same as the command run',
  },
  configFile: {
    name: 'config', value: 'FILE', variables: ['BOOMER_CONFIG'],
    reads: text, otherwise: null, unset: 'none',
    group: 'Configuration',
    describe: 'More options: a .ts, .js or .json file as boomer.config.ts, anything else as locust.conf',
  },
  showsConfig: {
    name: 'show-config',
    ...onOff,
    group: 'Configuration',
    describe: 'Show each option and where it comes from, and end',
  },
};

/** Letters of other scripts too: Node asks for such names as DNS has them. */
function isHost(typed: string): boolean {
  const bare = /^\[(.*)\]$/u.exec(typed)?.[1] ?? typed;
  return isIP(bare) !== 0 || /^[\p{L}\p{N}_](?:[\p{L}\p{N}._-]*[\p{L}\p{N}_.])?$/u.test(typed);
}

/** `, e.g. --master-host h --master-port 5557`; empty: there is none in it. */
function rightForm(typed: string, { where }: Given): string {
  const [, host = '', port] = /^\s*(?:[a-z][a-z\d+.-]*:\/\/)?(?:[^@/]*@)?(\[[^\]]*\]|[^\s/:?#]+)(?::(\d+))?(?:[/?#].*)?\s*$/isu.exec(typed) ?? [];
  const bare = host.replace(/^\[(.*)\]$/u, '$1');
  if (!isHost(bare)) return '';
  const isFlag = where.startsWith('-');
  const [hostSaid, portSaid] = isFlag ? [`--master-host ${bare}`, `--master-port ${port ?? ''}`] : [`LOCUST_MASTER_NODE_HOST=${bare}`, `LOCUST_MASTER_NODE_PORT=${port ?? ''}`];
  return `: ${hostSaid}${port === undefined ? '' : ` ${portSaid}`}`;
}
