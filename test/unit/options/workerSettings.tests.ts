import { availableParallelism } from 'node:os';
import { automaticThreads } from '../../../src/options/loadOptions.ts';
import { settingsOf, type Settings } from '../../../src/options/settings.ts';
import { said } from '../said.ts';

/** `flags` as `{ host: 'http://h' }`; a list repeats the flag, true is a flag alone. */
function options(flags: Readonly<Record<string, string | true | readonly string[]>>, positional: readonly string[], env: Readonly<Record<string, string>>): Settings {
  const args = Object.entries(flags).flatMap(([name, value]) => [value].flat().map((text) => (text === true ? `--${name}` : `--${name}=${text}`)));
  return settingsOf('worker', said(args, env), { positional, randomSeed: () => '7', readText: () => null });
}

const allButOne = Math.max(1, availableParallelism() - 1);

describe('without flags', () => {
  it("has Locust's defaults", () => {
    expect(options({}, ['a.ts'], {})).toMatchObject({
      files: ['a.ts'],
      masterHost: '127.0.0.1',
      masterPort: 5557,
      timesInTenths: false,
      hasNoScheduleRows: false,
      threadCount: allButOne,
      logLevel: 'info',
      logFile: null,
      host: null,
      tags: null,
      excludeTags: null,
      stopTimeoutMs: 0,
      hangTimeoutMs: 30_000,
      allowHosts: null,
      failureSamples: 3,
      hasNoProgress: false,
      masterSilenceMs: 60_000,
      readyDelaySec: 0,
      seed: '7',
      maxRate: null,
      increaseRate: null,
    });
  });
});

describe('--master-host', () => {
  it.each(['10.0.0.5', 'locust-master', 'my_master.svc.cluster.local.', '::1', '[::1]', 'fe80::1%eth0', 'münchen.example'])('takes %s', (host) => {
    expect(options({ 'master-host': host }, ['a.ts'], {}).masterHost).toBe(host);
  });

  it.each([
    ['tcp://h', 'tcp://h', '--master-host h'],
    ['h/', 'h/', '--master-host h'],
    ['h:5557', 'h:5557', '--master-host h --master-port 5557'],
    ['http://10.0.0.5:8089/x', 'http://10.0.0.5:8089/x', '--master-host 10.0.0.5 --master-port 8089'],
    ['[::1]:5557', '[::1]:5557', '--master-host ::1 --master-port 5557'],
    [' h ', ' h ', '--master-host h'],
  ])('says how %j is written', (text, shown, right) => {
    expect(() => options({ 'master-host': text }, ['a.ts'], {})).toThrow(`--master-host expects a host's name or address: ${right}, got "${shown}"`);
  });

  it('sees the line end of a file that Windows wrote', () => {
    expect(() => options({}, ['a.ts'], { LOCUST_MASTER_NODE_HOST: 'h\r' })).toThrow('LOCUST_MASTER_NODE_HOST expects a text without line ends, got "h\\r"');
    expect(() => options({}, ['a.ts'], { LOCUST_HOST: 'http://h\r' })).toThrow('LOCUST_HOST expects a text without line ends, got "http://h\\r"');
  });

  it('names the variable, and its right form', () => {
    expect(() => options({}, ['a.ts'], { LOCUST_MASTER_HOST: 'tcp://h:5557' })).toThrow("LOCUST_MASTER_HOST expects a host's name or address: LOCUST_MASTER_NODE_HOST=h LOCUST_MASTER_NODE_PORT=5557, got");
    expect(() => options({ 'master-host': 'a b' }, ['a.ts'], {})).toThrow("--master-host expects a host's name or address, got \"a b\"");
  });
});

it('takes hosts that load may go to, and refuses what is none', () => {
  const hosts = ['shop.example', '10.0.0.0/8', '[::1]:80'];
  expect(options({ 'allow-host': hosts.join(' ') }, ['a.ts'], {}).allowHosts).toEqual(hosts);
  expect(options({}, ['a.ts'], { BOOMER_ALLOW_HOST: hosts.join(',') }).allowHosts).toEqual(hosts);
  expect(() => options({ 'allow-host': 'shop.example http://h' }, ['a.ts'], {})).toThrow(/--allow-host expects names .*got "http:\/\/h"/u);
});

describe.each([
  ['master-host', 'masterHost', '10.0.0.5', '10.0.0.5', ['LOCUST_MASTER_NODE_HOST', 'LOCUST_MASTER_HOST']],
  ['master-port', 'masterPort', '6000', 6000, ['LOCUST_MASTER_NODE_PORT', 'LOCUST_MASTER_PORT']],
  ['threads', 'threadCount', '3', 3, ['BOOMER_THREADS', 'LOCUST_PROCESSES']],
  ['loglevel', 'logLevel', 'WARNING', 'warning', ['LOCUST_LOGLEVEL']],
  ['logfile', 'logFile', 'a.log', 'a.log', ['LOCUST_LOGFILE']],
  ['host', 'host', 'http://h', 'http://h', ['LOCUST_HOST']],
  ['stop-timeout', 'stopTimeoutMs', '1m30s', 90_000, ['LOCUST_STOP_TIMEOUT']],
  ['hang-timeout', 'hangTimeoutMs', '500ms', 500, ['BOOMER_HANG_TIMEOUT']],
  ['failure-samples', 'failureSamples', '0', 0, ['BOOMER_FAILURE_SAMPLES']],
] as const)('--%s', (flag, key, text, value, variables) => {
  it('is taken', () => {
    expect(options({ [flag]: text }, ['a.ts'], {})[key]).toBe(value);
  });

  it.each(variables)('comes from %s, and wins over it', (variable) => {
    expect(options({}, ['a.ts'], { [variable]: text })[key]).toBe(value);
    expect(options({ [flag]: text }, ['a.ts'], { [variable]: '7' })[key]).toBe(value);
  });

  it('takes an empty variable for none', () => {
    const empty = Object.fromEntries(variables.map((variable) => [variable, '']));
    expect(options({}, ['a.ts'], empty)[key]).toEqual(options({}, ['a.ts'], {})[key]);
  });

  it('is expected with a value', () => {
    expect(() => options({ [flag]: '' }, ['a.ts'], {})).toThrow(`--${flag} expects a value`);
  });

  it('is expected once', () => {
    expect(() => options({ [flag]: [text, text] }, ['a.ts'], {})).toThrow(`--${flag} was given 2 times, expected it once`);
  });
});

describe('values', () => {
  it.each(['auto', '-1'])('%s threads are all cores but one', (text) => {
    expect(options({ threads: text }, ['a.ts'], {}).threadCount).toBe(allButOne);
  });

  it.each<[cores: number, quota: number | null, threads: number]>([
    [64, null, 63], [64, 2, 1], [64, 4, 3], [64, 2.5, 2], [64, 0.5, 1], [2, 8, 1], [1, null, 1],
  ])('%p cores with a quota of %p make %p threads', (cores, quota, threads) => {
    expect(automaticThreads(cores, quota)).toBe(threads);
  });

  it('hang-timeout 0 is never', () => {
    expect(options({ 'hang-timeout': '0' }, ['a.ts'], {}).hangTimeoutMs).toBe(0);
  });

  it('no-progress hides the status line', () => {
    expect(options({ 'no-progress': true }, ['a.ts'], {}).hasNoProgress).toBe(true);
  });

  it.each([
    [{ 'max-rps': '100', 'request-increase-rate': '30/1m' }, { count: 100, periodMs: 1000 }, { count: 30, periodMs: 60_000 }],
    [{ 'max-rps': '0', 'request-increase-rate': '-1' }, null, null],
  ])('%j limit the tasks of the process', (flags, maxRate, increaseRate) => {
    expect(options(flags, ['a.ts'], {})).toMatchObject({ maxRate, increaseRate });
  });

  it('skip-log-setup leaves warnings and errors, unless a level is named', () => {
    expect(options({ 'skip-log-setup': true }, ['a.ts'], {}).logLevel).toBe('warning');
    expect(options({ 'skip-log-setup': true }, ['a.ts'], { LOCUST_LOGLEVEL: 'DEBUG' }).logLevel).toBe('debug');
  });

  it.each([
    ['master-port', '0', '--master-port expects a whole number from 1 to 65535, got "0"'],
    ['master-port', '65536', '--master-port expects a whole number from 1 to 65535, got "65536"'],
    ['master-port', 'http', '--master-port expects a whole number from 1 to 65535, got "http"'],
    ['master-port', '5557.5', '--master-port expects a whole number from 1 to 65535, got "5557.5"'],
    ['max-rps', 'many', '--max-rps expects a rate above 0 such as 100, 100/s, 30/1m or 5/500ms, got "many"'],
    ['threads', '-2', '--threads expects a whole number from 0 to 1000, -1 or auto, got "-2"'],
    ['threads', '10000', '--threads expects a whole number from 0 to 1000, -1 or auto, got "10000"'],
    ['threads', 'many', '--threads expects a whole number from 0 to 1000, -1 or auto, got "many"'],
    ['loglevel', 'loud', '--loglevel expects one of debug, info, warning, error, critical, got "loud"'],
    ['stop-timeout', 'soon', '--stop-timeout expects a duration such as 20, 20s, 1h20m, 1.5m or 300ms (a bare number is seconds), got "soon"'],
    ['hang-timeout', '-1', '--hang-timeout expects a duration such as 20, 20s, 1h20m, 1.5m or 300ms (a bare number is seconds), got "-1"'],
  ])('--%s %s is refused', (flag, text, message) => {
    expect(() => options({ [flag]: text }, ['a.ts'], {})).toThrow(message);
  });
});

describe('a variable', () => {
  it.each([
    ['LOCUST_MASTER_NODE_PORT', 'x', 'LOCUST_MASTER_NODE_PORT expects a whole number from 1 to 65535, got "x"'],
    ['LOCUST_LOGLEVEL', 'x', 'LOCUST_LOGLEVEL expects one of debug, info, warning, error, critical, got "x"'],
    ['LOCUST_STOP_TIMEOUT', 'x', 'LOCUST_STOP_TIMEOUT expects a duration such as'],
  ])('that is wrong is named itself: %s=%s', (name, value, message) => {
    expect(() => options({}, ['a.ts'], { [name]: value })).toThrow(message);
  });
});

describe('files', () => {
  it.each([
    ['positional ones, then named ones', { file: ['c.ts', 'd.ts'] }, ['a.ts', 'b.ts'], { LOCUST_LOCUSTFILE: 'e.ts' }, ['a.ts', 'b.ts', 'c.ts', 'd.ts']],
    ['positional ones alone', {}, ['a.ts'], { LOCUST_LOCUSTFILE: 'e.ts' }, ['a.ts']],
    ["Locust's variable when none is named", {}, [], { LOCUST_LOCUSTFILE: 'e.ts' }, ['e.ts']],
    ['nothing', {}, [], {}, []],
  ])('are %s', (_, typed, positional, env, files) => {
    expect(options(typed, positional, env).files).toEqual(files);
  });
});

describe("Locust's variables without a flag", () => {
  const read = (env: Readonly<Record<string, string>>): number[] => {
    const { masterSilenceMs, readyDelaySec } = options({}, ['a.ts'], env);
    return [masterSilenceMs, readyDelaySec];
  };
  const silence = 'LOCUST_MASTER_HEARTBEAT_TIMEOUT';
  const wait = 'LOCUST_WORKER_ADDITIONAL_WAIT_BEFORE_READY_AFTER_STOP';

  it('are taken, empty ones for none', () => {
    expect(read({ [silence]: '1500', [wait]: '2' })).toEqual([1500, 2]);
    expect(read({ [silence]: '', [wait]: '' })).toEqual([60_000, 0]);
  });

  it.each([
    [silence, '60s', '1 or more (milliseconds), got "60s"'],
    [silence, '0', '1 or more (milliseconds), got "0"'],
    [wait, '-1', '0 or more (seconds), got "-1"'],
  ])('are refused when they make no sense: %s=%s', (name, value, message) => {
    expect(() => read({ [name]: value })).toThrow(`${name} expects a whole number of ${message}`);
  });
});

describe('--tags and --exclude-tags', () => {
  it('take names with commas, spaces and repetition, from the flag or the variable', () => {
    expect(options({ tags: ['a,b', 'c'], 'exclude-tags': ['x y'] }, ['s.ts'], {})).toMatchObject({ tags: ['a', 'b', 'c'], excludeTags: ['x', 'y'] });
    expect(options({}, ['s.ts'], { LOCUST_TAGS: 'a b', LOCUST_EXCLUDE_TAGS: 'x' })).toMatchObject({ tags: ['a', 'b'], excludeTags: ['x'] });
    expect(options({ tags: ['a'] }, ['s.ts'], { LOCUST_TAGS: 'b' })).toMatchObject({ tags: ['a'] });
    expect(options({ tags: [','] }, ['s.ts'], {})).toMatchObject({ tags: null });
  });
});
