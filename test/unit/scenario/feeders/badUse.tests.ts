import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { feed } from '../../../../src/scenario/feeders/feed.ts';
import { installFeeds, ThreadFeeds } from '../../../../src/scenario/feeders/threadFeeds.ts';

const link = { want: () => undefined, stopTest: () => undefined, warn: () => undefined };
const folder = mkdtempSync(join(tmpdir(), 'boomer-node-feed-'));
const file = join(folder, 'logins.csv');
writeFileSync(file, 'user,pin\nada,1\n');

/** Does `scenario` as the top level of a scenario in the thread that reads files, or in another one. */
function load(scenario: () => unknown, readsFiles = true): ReturnType<ThreadFeeds['loaded']> {
  const feeds = new ThreadFeeds({ threadIndex: 0, readsFiles, link });
  installFeeds(feeds);
  try {
    scenario();
    return feeds.loaded();
  } finally {
    installFeeds(null);
  }
}

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('only one thread reads files, and all know the same feeders', () => {
  const scenario = (): void => {
    feed.csv(file, { name: 'logins', columns: ['pin'] });
    feed.csv(pathToFileURL(file), { order: 'unique', workers: 2 });
    feed.array([1, 2]);
    feed.array([3]);
  };
  const [reader, other] = [load(scenario), load(scenario, false)];
  expect(reader.feeders).toEqual(other.feeders);
  expect(reader.feeders.map(({ name }) => name)).toEqual(['logins', file, 'array 3', 'array 4']);
  expect(Object.keys(reader.rows)).toEqual(['logins', file]);
  expect(other.rows).toEqual({});
});

test.each([
  ['a missing file', () => feed.csv('no/such.csv'), `feed.csv: no/such.csv does not exist: looked for ${join(process.cwd(), 'no/such.csv')}. A relative path starts at the working directory; new URL('no/such.csv', import.meta.url) starts at the scenario's file`],
  ['a folder', () => feed.json(folder), `feed.json: ${folder} is a folder`],
  ['no path', () => feed.csv(''), "feed.csv(file, …) expects a path like 'logins.csv'"],
  ['a web address', () => feed.csv(new URL('http://localhost/x.csv')), 'feed.csv(file, …) reads files only'],
  ['no rows', () => feed.array([]), 'feed.array has no rows'],
  ['no list', () => feed.array('abc' as never), 'feed.array(rows, …) expects a list of rows'],
  ['an unknown order', () => feed.array([1], { order: 'shufle' } as never), 'feed.array: order expects sequential, shuffle, random, unique, got'],
  ['an unknown end', () => feed.array([1], { whenUsedUp: 'stop' } as never), 'feed.array: whenUsedUp expects wrap, stopUser, stopTest, wait, got'],
  ['an unknown option', () => feed.array([1], { ordr: 'shuffle' } as never), 'feed.array has no option "ordr": did you mean order?'],
  ['unique rows that wrap', () => feed.array([1], { order: 'unique', whenUsedUp: 'wrap' } as never), 'whenUsedUp of unique rows expects stopUser, stopTest, wait'],
  ['random rows with an end', () => feed.array([1], { order: 'random', whenUsedUp: 'wait' } as never), 'whenUsedUp of random rows expects nothing'],
  ['workers of shared rows', () => feed.array([1], { workers: 2 } as never), "workers expects nothing unless order is 'unique'"],
  ['no workers', () => feed.array([1], { order: 'unique', workers: 0 }), "workers expects a whole number of 1 or more, or 'master'"],
  ['an empty name', () => feed.array([1], { name: '' }), 'name expects a text'],
  ['no options', () => feed.array([1], null as never), 'feed.array(…, options) expects an object'],
  ['columns twice', () => feed.csv(file, { columns: ['pin', 'pin'] }), 'feed.csv: columns expects names that differ'],
  ['columns unnamed', () => feed.csv(file, { header: false }), 'feed.csv: columns expects the names of all columns where there is no header line'],
  ['a strange encoding', () => feed.csv(file, { encoding: 'latin9' } as never), 'feed.csv: encoding expects utf8, utf16le, latin1'],
  ['a long quote', () => feed.csv(file, { quote: "''" }), 'feed.csv: quote expects one letter, or null'],
  ['an empty delimiter', () => feed.csv(file, { delimiter: '' }), 'feed.csv: delimiter expects'],
  ['no guard', () => feed.json(file, { isRow: 1 as never }), 'feed.json: isRow expects a function'],
])('%s is refused', (_, scenario, message) => {
  expect(() => load(scenario)).toThrow(message);
  expect(() => load(scenario)).toThrow(expect.objectContaining({ name: 'BoomerError' }) as Error);
});

test('two feeders of one name are refused, in every thread', () => {
  const scenario = (): unknown => [feed.csv(file), feed.csv(file, { order: 'random' })];
  const message = `two feeders are named ${file}: share one, or tell them apart with { name: '…' }`;
  expect(() => load(scenario)).toThrow(message);
  expect(() => load(scenario, false)).toThrow(message);
});

test('a feeder that is made later than the scenario is refused', () => {
  const feeds = new ThreadFeeds({ threadIndex: 0, readsFiles: true, link });
  feeds.loaded();
  installFeeds(feeds);
  expect(() => feed.array([1], { name: 'late' })).toThrow('feeder late is made while users run: make feeders at the top level of the scenario');
  installFeeds(null);
});

test('outside a worker, where a program that calls run() is loaded too, nothing is read and nothing drawn', async () => {
  const feeder = feed.csv('no/such.csv');
  expect(feeder.name).toBe('no/such.csv');
  await expect(feeder.next()).rejects.toThrow('has no rows before a test runs');
  expect(() => feed.csv('no/such.csv', { order: 'any' } as never)).toThrow('order expects');
});
