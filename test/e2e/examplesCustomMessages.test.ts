/** Custom messages between a real Locust master and two workers, both ways, with every type of data. */
import { LocustMaster, rowOf, totalOf } from '../support/locustMaster.ts';
import { TestProcesses } from '../support/processes.ts';
import { until } from '../support/until.ts';
import { WorkerProcess } from '../support/worker.ts';

type Files = { readonly scenario: string; readonly locustfile: string; readonly threads: number };

async function startWithTwoWorkers(processes: TestProcesses, { scenario, locustfile, threads }: Files): Promise<{ master: LocustMaster; workers: readonly WorkerProcess[] }> {
  const master = await LocustMaster.start(processes, { locustfile, flags: ['--stop-timeout', '10', '--expect-workers', '2'] });
  const workers = [1, 2].map(() => WorkerProcess.start(processes, { scenario, masterPort: master.port, threads }));
  await master.waitForWorkers(2);
  return { master, workers };
}

/** How often the master printed each text that `pattern` captures. */
function printed(master: LocustMaster, pattern: RegExp): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const line of master.lines) {
    const text = pattern.exec(line)?.[1];
    if (text !== undefined) counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return counts;
}

test('customMessages: each user of two workers gets an account of his own, and the master hears of it', async () => {
  await using processes = new TestProcesses();
  const files = { scenario: 'examples/customMessages.ts', locustfile: 'locust/customMessages.py', threads: 2 };
  const { master, workers } = await startWithTwoWorkers(processes, files);
  const users = 7; // cannot be divided evenly
  await master.swarm({ users, spawnRate: users });
  await master.waitForUsers(users);
  const taken = await until('each user has taken an account', () => {
    const accounts = printed(master, /account (user\d+) is taken/u);
    return [...accounts.values()].reduce((sum, count) => sum + count, 0) >= users ? accounts : null;
  });
  expect(taken.size).toBe(users);
  expect(printed(master, /worker (\d+ has \d+ accounts)/u)).toEqual(new Map([['0 has 4 accounts', 1], ['1 has 4 accounts', 1]]));
  // The concurrent listener sleeps for 2 s; it must have held nothing up.
  await until('the slow listener is done', () => printed(master, /(at last)/u).get('at last') === 2);
  const lines = master.lines.join('\n');
  expect(lines.lastIndexOf('is taken')).toBeLessThan(lines.indexOf('at last:'));

  await until('some requests', async () => totalOf(await master.stats()).num_requests > 30);
  await master.stop();
  const stats = await master.stoppedStats();
  await master.quit();
  const recorded = await Promise.all(workers.map((worker) => worker.recorded()));
  expect(rowOf(stats, 'app', 'log in').num_requests).toBe(recorded.reduce((sum, { requests }) => sum + requests, 0));
  expect(totalOf(stats).num_failures).toBe(0);
  expect(lines).not.toMatch(/Traceback|Uncaught/u);
});

test('every type of data arrives as it was sent, both ways, from each of two workers', async () => {
  await using processes = new TestProcesses();
  const files = { scenario: 'test/fixtures/customTypes.ts', locustfile: 'test/e2e/locustfiles/customTypes.py', threads: 1 };
  const { master } = await startWithTwoWorkers(processes, files);
  await master.swarm({ users: 2, spawnRate: 2 });
  await until('all values are back', () => {
    const back = [...printed(master, /^(from (?:python|node): .*)$/u).values()];
    return back.reduce((sum, count) => sum + count, 0) === 2 * (pythonTypes.length + Object.keys(nodeTypes).length);
  });
  const fromPython = printed(master, /^from python: (.*)$/u);
  const fromNode = printed(master, /^from node: (.*)$/u);
  expect(fromPython).toEqual(new Map(pythonTypes.map((name) => [`${name}: same`, 2])));
  expect(fromNode).toEqual(new Map(Object.entries(nodeTypes).map(([name, type]) => [`${name}: ${type}, same`, 2])));
  await master.stop();
});

const pythonTypes = [
  ...['nil', 'true', 'int', 'negative', 'beyond 53 bits', 'unsigned 64 bits', 'float', 'str', 'empty str', 'long str'],
  ...['bytes', 'empty bytes', 'list', 'empty list', 'map', 'empty map', 'datetime', 'old datetime', 'nested'],
];

/** What each value is in Python. */
const nodeTypes = {
  null: 'NoneType',
  'list of nothing': 'list',
  'object with nothing': 'dict',
  boolean: 'bool',
  integer: 'int',
  'whole number': 'int',
  number: 'float',
  'safe integer': 'int',
  bigint: 'int',
  'small bigint': 'int',
  'not a number': 'NoneType',
  string: 'str',
  'half a surrogate pair': 'str',
  bytes: 'bytes',
  buffer: 'bytes',
  list: 'list',
  object: 'dict',
  map: 'dict',
  set: 'list',
  date: 'datetime',
  'invalid date': 'NoneType',
  nested: 'dict',
} as const;
