import { deliveryFile, deliveryLine, isAllDelivered, noBooks, plusBooks } from '../../../src/session/recordedNumbers.ts';
import type { Books, Count } from '../../../src/session/recordedNumbers.ts';

const count = (requests: number, failures = 0): Count => ({ requests, failures });
const books = (own: Partial<Books>): Books => ({
  recorded: count(5, 1), delivered: count(5, 1), unconfirmed: count(0), undelivered: count(0), reset: count(0), undeliveredRows: [], unconfirmedRows: [], ...own,
});

test('what the master has is one line', () => {
  expect(deliveryLine(books({}))).toBe('delivered 5 requests, 1 failures; not confirmed 0 requests, 0 failures; not delivered 0 requests, 0 failures');
  expect(isAllDelivered(books({}))).toBe(true);
});

test.each<Partial<Books>>([{ unconfirmed: count(2) }, { undelivered: count(2, 1) }])('what it may lack is named, with the usual reason: %j', (missing) => {
  const line = deliveryLine(books({ delivered: count(3), ...missing }));
  expect(line).toMatch(/(?:not confirmed|not delivered) 2 requests.*; the master may have been gone by then: one that quits listens for half a second more/u);
  expect(line.includes('was sent, and the master answered no more')).toBe(missing.unconfirmed !== undefined);
  expect(isAllDelivered(books(missing))).toBe(false);
});

test("what the master's --reset-stats dropped is no loss", () => {
  expect(deliveryLine(books({ reset: count(7) }))).toMatch(/; dropped by --reset-stats 7 requests, 0 failures$/u);
  expect(isAllDelivered(books({ reset: count(7) }))).toBe(true);
});

test('of a worker with two scenarios they are added up, row by row', () => {
  const row = (name: string, requests: number, failures = 0) => ({ method: 'GET', name, requests, failures });
  const one = books({ undelivered: count(3, 1), undeliveredRows: [row('/a', 2), row('/b', 1, 1)], reset: count(1) });
  const other = books({ unconfirmed: count(4), unconfirmedRows: [row('/a', 4)], undelivered: count(5, 2), undeliveredRows: [row('/b', 5, 2)] });
  expect(plusBooks(one, other)).toEqual({
    recorded: count(10, 2), delivered: count(10, 2), unconfirmed: count(4), undelivered: count(8, 3), reset: count(1),
    undeliveredRows: [row('/a', 2), row('/b', 6, 3)], unconfirmedRows: [row('/a', 4)],
  });
  expect(plusBooks(noBooks, other)).toEqual(other);
});

test('the file is JSON on a line, with its format and version first', () => {
  const meta = { nodeId: 'box_1', masterAddress: '127.0.0.1:5557', startSec: 1, endSec: 2.5, exitCode: 0 };
  const text = deliveryFile(books({}), meta);
  expect(text).toMatch(/^\{"format":"boomer-node worker","version":1,.*\}\n$/u);
  expect(JSON.parse(text)).toMatchObject({ meta, delivered: count(5, 1) });
});
