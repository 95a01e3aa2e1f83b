/** A stream whose reader comes late, or only reads so much. */
import { Writable } from 'node:stream';
import { BoundedStream } from '../../../src/session/standardStreams.ts';

class Reader extends Writable {
  text = '';
  #read: (() => void)[] = [];
  #isReading = false;

  constructor() {
    super({ decodeStrings: false });
  }

  override _write(chunk: string, _encoding: BufferEncoding, done: () => void): void {
    const read = (): void => {
      this.text += String(chunk);
      done();
    };
    if (this.#isReading) read();
    else this.#read.push(read);
  }

  /** From now on everything is read at once. */
  start(): void {
    this.#isReading = true;
    for (const read of this.#read.splice(0)) read();
  }
}

function bounded(): { readonly reader: Reader; readonly stream: BoundedStream; readonly write: (text: string) => unknown } {
  const reader = new Reader();
  const stream = new BoundedStream(reader as never);
  return { reader, stream, write: (text) => reader.write(text) };
}

const line = (number: number): string => `${String(number).padStart(7)} ${'x'.repeat(991)}\n`;

test('all is written in order while somebody reads', async () => {
  const { reader, stream, write } = bounded();
  reader.start();
  for (let at = 0; at < 2_000; at++) write(line(at));
  expect(await stream.settled()).toBe(true);
  expect(reader.text).toBe(Array.from({ length: 2_000 }, (_, at) => line(at)).join(''));
});

test('what nobody reads costs a megabyte: the newest lines stay, the others are counted where they are missing, and what was kept stays', async () => {
  const { reader, stream, write } = bounded();
  write('first\n');
  stream.keep('kept\n', 0);
  const lines = 5_000;
  for (let at = 0; at < lines; at++) write(line(at));
  expect(stream.isBehind).toBe(true);
  reader.start();
  expect(await stream.settled()).toBe(true);
  expect(stream.isBehind).toBe(false);
  const [, count = '', rest = ''] = /^first\nboomer-node: nobody read on, (\d+) lines were left out here\nkept\n(.*)$/su.exec(reader.text) ?? [];
  const from = Number(count);
  expect(rest.length).toBeGreaterThan(700_000);
  expect(rest.length).toBeLessThan(1_100_000);
  expect(rest).toBe(Array.from({ length: lines - from }, (_, at) => line(from + at)).join(''));
});

test('text that is to be kept is whole, however large', async () => {
  const { reader, stream, write } = bounded();
  write('first\n');
  const data = line(1).repeat(3_000);
  stream.keep(data, 60_000);
  write('last\n');
  reader.start();
  expect(await stream.settled()).toBe(true);
  expect(reader.text).toBe(`first\n${data}last\n`);
});

test('who waits for a write is told, also when it is left out', async () => {
  const { reader, write, stream } = bounded();
  write('first\n');
  let told = 0;
  for (let at = 0; at < 2_000; at++) reader.write(line(at), () => told++);
  reader.start();
  await stream.settled();
  await new Promise(setImmediate);
  expect(told).toBe(2_000);
});

test('nobody waits for the reader of a terminal that is gone', async () => {
  const { reader, stream, write } = bounded();
  write('first\n');
  stream.keep('report\n', 60_000);
  reader.destroy();
  const startedMs = performance.now();
  expect(await stream.settled()).toBe(false);
  expect(performance.now() - startedMs).toBeLessThan(5_000);
});

test('what is diverted comes in whole lines, however it was written, without what moves the cursor; what is kept or written past is not', () => {
  const { reader, stream, write } = bounded();
  reader.start();
  const lines: string[] = [];
  stream.divert((some) => lines.push(some));
  write('a');
  write('b\nc\nd');
  reader.write(Buffer.from('é', 'utf8').subarray(0, 1));
  reader.write(Buffer.from('é', 'utf8').subarray(1));
  stream.keep('kept\n', 0);
  stream.writePast('past\n');
  expect(lines).toEqual(['ab\nc']);
  write('\u001b[2J\u001b[31mf\n');
  write('rest');
  stream.endDiversion();
  stream.endDiversion();
  write('after\n');
  expect(lines).toEqual(['ab\nc', 'dé\\x1b[2J\u001b[31mf', 'rest']);
  expect(reader.text).toBe('kept\npast\nafter\n');
});
