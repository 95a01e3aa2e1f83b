import { splitSwarmFlags } from '../../../src/cli/swarm/swarmFlags.ts';

describe('splitSwarmFlags', () => {
  it.each([
    [['swarm', 'a.ts', '-u', '5', '--autostart', '--web-port=8090', '--threads', '2'], ['--autostart', '--web-port', '8090'], ['swarm', 'a.ts', '-u', '5', '--threads', '2']],
    [['swarm', 'a.ts', '-P9000'], ['-P', '9000'], ['swarm', 'a.ts']],
    [['swarm', 'a.ts', '--', '--class-picker', '--headless'], ['--class-picker'], ['swarm', 'a.ts', '--headless']],
    [['swarm', 'a.ts', '--expect-workers', '2'], ['--expect-workers', '2'], ['swarm', 'a.ts']],
  ])('%j', (args, masterArgs, others) => {
    expect(splitSwarmFlags(args, {})).toEqual({ own: { locust: null, masterArgs }, others });
  });

  it("takes Locust's variables for the master, unless the flag is typed", () => {
    const env = { LOCUST_WEB_PORT: '8123', LOCUST_EXPECT_WORKERS: '3', LOCUST_AUTOSTART: 'true', LOCUST_WEB_LOGIN: 'false', LOCUST_MODE_MASTER: 'true' };
    expect(splitSwarmFlags(['swarm', '-P', '9000'], env).own.masterArgs).toEqual(['--autostart', '--expect-workers', '3', '-P', '9000']);
  });

  it('keeps the command that runs Locust', () => {
    expect(splitSwarmFlags(['swarm', '--locust', 'python3 -m locust'], {}).own.locust).toBe('python3 -m locust');
  });

  it.each([
    [['swarm', '--master'], /swarm decides --master by itself/u],
    [['swarm', '--master-bind-host', '1.2.3.4'], /swarm decides --master-bind-host by itself/u],
    [['swarm', '--', '--worker'], /swarm decides --worker by itself/u],
    [['swarm', '--web-port'], /--web-port expects a value/u],
  ])('refuses %j', (args, message) => {
    expect(() => splitSwarmFlags(args, {})).toThrow(message);
  });
});
