import { flagsOfMaster, splitSwarmFlags } from '../../../src/cli/swarm/swarmFlags.ts';
import { heededAnswers, settingsOf } from '../../../src/options/settings.ts';
import { said, saidWithFiles, type Files } from '../said.ts';

describe('splitSwarmFlags', () => {
  it.each([
    [['swarm', 'a.ts', '-u', '5', '--autostart', '--web-port=8090', '--threads', '2'], ['--autostart', '--web-port', '8090'], ['swarm', 'a.ts', '-u', '5', '--threads', '2']],
    [['swarm', 'a.ts', '-P9000'], ['-P', '9000'], ['swarm', 'a.ts']],
    [['swarm', 'a.ts', '--', '--class-picker', '--headless'], ['--class-picker'], ['swarm', 'a.ts', '--headless']],
    [['swarm', 'a.ts', '--expect-workers', '2'], ['--expect-workers', '2'], ['swarm', 'a.ts']],
    [['swarm', 'a.ts', '--autostart=yes', '--web-login=no', '-headful', '--master=off'], ['--autostart', '--headful'], ['swarm', 'a.ts']],
  ])('%j', (args, masterArgs, others) => {
    expect(splitSwarmFlags(args, {})).toEqual({ own: { locust: null, masterArgs, refusesPicker: false }, others });
  });

  it("takes Locust's variables for the master, unless the flag is typed", () => {
    const env = { LOCUST_WEB_PORT: '8123', LOCUST_EXPECT_WORKERS: '3', LOCUST_AUTOSTART: 'true', LOCUST_WEB_LOGIN: 'false', LOCUST_MODE_MASTER: 'true' };
    expect(splitSwarmFlags(['swarm', '-P', '9000'], env).own.masterArgs).toEqual(['--autostart', '--expect-workers', '3', '-P', '9000']);
  });

  it('is told no by a flag in the place of a variable, and of the class picker, which it would have by itself', () => {
    expect(splitSwarmFlags(['swarm', '--autostart=false', '--class-picker=no'], { LOCUST_AUTOSTART: 'true' }).own).toEqual({ locust: null, masterArgs: [], refusesPicker: true });
    expect(splitSwarmFlags(['swarm'], { LOCUST_USERCLASS_PICKER: '0' }).own).toEqual({ locust: null, masterArgs: [], refusesPicker: true });
    expect(() => splitSwarmFlags(['swarm'], { LOCUST_AUTOSTART: 'maybe' })).toThrow('LOCUST_AUTOSTART expects true or false, got "maybe"');
  });

  it('keeps the command that runs Locust', () => {
    expect(splitSwarmFlags(['swarm', '--locust', 'python3 -m locust'], {}).own.locust).toBe('python3 -m locust');
  });

  it.each([
    [['swarm', '--master'], /swarm decides --master by itself/u],
    [['swarm', '--master-bind-host', '1.2.3.4'], /swarm decides --master-bind-host by itself/u],
    [['swarm', '--', '--worker'], /swarm decides --worker by itself/u],
    [['swarm', '--web-port'], /--web-port expects a value/u],
    [['swarm', '--autostart=maybe'], /--autostart expects true or false, got "maybe"/u],
    [['swarm', '--master=yes'], /swarm decides --master by itself/u],
  ])('refuses %j', (args, message) => {
    expect(() => splitSwarmFlags(args, {})).toThrow(message);
  });
});

describe('flagsOfMaster', () => {
  const toMaster = async (args: readonly string[], env: Readonly<Record<string, string>> = {}, files: Files = {}): Promise<readonly string[]> => {
    const { answers } = await saidWithFiles(['-f', 'a.ts', ...args], env, files);
    return flagsOfMaster(heededAnswers('swarm', answers, []), settingsOf('swarm', answers, { positional: [], randomSeed: () => '1', readText: () => null }));
  };

  it.each<readonly [readonly string[], Readonly<Record<string, string>>, Files, readonly string[]]>([
    [['-T', 'a,b'], {}, {}, ['--tags', 'a', 'b']],
    [['-E', 'slow,admin', '-E', 'old'], {}, {}, ['--exclude-tags', 'slow', 'admin', 'old']],
    [['-T', 'a', 'b'], {}, {}, ['--tags', 'a', 'b']],
    [[], { LOCUST_TAGS: 'a b' }, {}, ['--tags', 'a', 'b']],
    [[], { LOCUST_EXCLUDE_TAGS: '[a, b c]' }, {}, ['--exclude-tags', 'a', 'b c']],
    [[], {}, { 'locust.conf': 'tags = a b' }, ['--tags', 'a', 'b']],
    [[], {}, { 'boomer.config.ts': { default: { tags: 'a, b' } } }, ['--tags', 'a', 'b']],
    [['-T', ','], {}, {}, []],
  ])('has tags as they were read: %j, %j, %j', async (args, env, files, flags) => {
    expect(await toMaster(args, env, files)).toEqual(flags);
  });

  it.each<readonly [readonly string[], Readonly<Record<string, string>>, Files]>([
    [['--config-users', '{"user_class_name":"Shopper","weight":5}'], {}, {}],
    [[], { LOCUST_CONFIG_USERS: '[{"user_class_name":"Shopper","weight":5}]' }, {}],
    [[], {}, { 'boomer.config.ts': { default: { configUsers: [{ user_class_name: 'Shopper', weight: 5 }] } } }],
    [[], {}, { 'locust.conf': 'config-users = [{"user_class_name":"Shopper","weight":5}]' }],
  ])('has attributes of user classes as JSON: %j, %j, %j', async (args, env, files) => {
    expect(await toMaster(args, env, files)).toEqual(['--config-users', '[{"user_class_name":"Shopper","weight":5}]']);
  });

  it('has values as they were typed, whole seconds, and switches that are on', async () => {
    expect(await toMaster(['-u', '5', '-r', '0.5', '-t', '1m', '-s', '1500ms', '-H', 'http://h', '--reset-stats=yes', '--only-summary=no', '--headless'])).toEqual(['--users', '5', '--spawn-rate', '0.5', '--run-time', '60s', '--stop-timeout', '2', '--reset-stats', '--host', 'http://h']);
  });

  it('is not refused for what a swarm does not heed', async () => {
    expect(await toMaster(['-t', '20s'], {}, { 'boomer.config.ts': { default: { warmup: '30s' } } })).toEqual(['--run-time', '20s']);
    const typed = said(['a.ts', '--watch', '--list', '--threads', '0']);
    expect(() => settingsOf('swarm', typed, { positional: ['a.ts'], randomSeed: () => '1', readText: () => null })).not.toThrow();
    expect(() => settingsOf('run', typed, { positional: ['a.ts'], randomSeed: () => '1', readText: () => null })).toThrow('contradict each other');
  });
});
