import { asList, confLayer, parseLocustConf } from '../../../src/options/locustConf.ts';
import { saidWithFiles } from '../said.ts';

const entries = (text: string): Record<string, unknown> => Object.fromEntries(parseLocustConf(text, 'locust.conf'));

it('reads every form of line that ConfigArgParse knows', () => {
  expect(entries('# comment\n; comment\n[section]\n--- \n\n--users = 5\nspawn-rate: 2\nrun-time 1m\nheadless\nhost = "http://h"  # why\nlogfile=\ntags = [a, b]\r\nexclude-tags = ["x", "y z"]')).toEqual({
    '--users': '5',
    'spawn-rate': '2',
    'run-time': '1m',
    headless: 'true',
    host: 'http://h',
    logfile: '',
    tags: ['a', 'b'],
    'exclude-tags': ['x', 'y z'],
  });
});

it('keeps what only looks like a comment or a separator', () => {
  expect(entries('host = http://h/#top:1\nhtml = a;b.html')).toEqual({ host: 'http://h/#top:1', html: 'a;b.html' });
});

it('names the line that it cannot read', () => {
  expect(() => entries('users = 5\n= 6')).toThrow('locust.conf:2 expects "key = value", got "= 6"');
});

it.each([
  ['[1, "b"]', [1, 'b']],
  ['[a, b ,c]', ['a', 'b', 'c']],
  ['a, b', 'a, b'],
  ['[a', '[a'],
])('takes %s for %j', (text, value) => {
  expect(asList(text)).toEqual(value);
});

it('knows flags and their long aliases, with and without dashes, not letters', () => {
  const { layer, unknown } = confLayer(parseLocustConf('--locustfile = a.ts\nprocesses = 2\nu = 3', 'locust.conf'), 'locust.conf');
  expect([...layer.keys()]).toEqual(['files', 'threadCount']);
  expect(unknown).toEqual([{ key: 'u', meant: null }]);
});

it("warns of what nobody knows, and names what is Locust's alone", async () => {
  const { answers, warnings, idle } = await saidWithFiles([], {}, { 'locust.conf': 'usrs = 5\nteam-budget = 7\nweb-port = 8090\nexpect-workers = 2\nusers = 4' });
  expect([...answers.keys()]).toEqual(['users']);
  expect(idle).toEqual(['web-port in locust.conf', 'expect-workers in locust.conf']);
  expect(warnings).toEqual([
    'locust.conf has an option usrs that neither Locust nor boomer-node knows: did you mean users?',
    'locust.conf has an option team-budget that neither Locust nor boomer-node knows',
  ]);
});
