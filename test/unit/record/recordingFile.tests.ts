/** What stands in the file of what nobody could look through for secrets. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gorFormat } from '../../../src/record/gor.ts';
import { harFormat } from '../../../src/record/har.ts';
import { HiddenSecrets } from '../../../src/record/hiddenSecrets.ts';
import type { ReadableExchange } from '../../../src/record/readableExchange.ts';
import { RecordingFile } from '../../../src/record/recordingFile.ts';
import { kept, passed } from './passed.ts';

let folder = '';
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'boomer-node-recording-'))));
afterEach(() => rmSync(folder, { recursive: true }));

/** Breaks at bodies with this word, at whatever they are. */
class BreakingSecrets extends HiddenSecrets {
  override hide(exchange: ReadableExchange): ReadableExchange {
    if (JSON.stringify(exchange).includes('breaks')) throw new RangeError('too deep');
    return super.hide(exchange);
  }
}

test.each(['a.har', 'a.gor'])('%s goes on behind what could not be looked through, and has no secret of that', async (name) => {
  const errors: Error[] = [];
  const path = join(folder, name);
  const file = await RecordingFile.create(path, name.endsWith('.gor') ? gorFormat(false) : harFormat('1'), new BreakingSecrets('aaaaaa'), (error) => errors.push(error));
  const exchange = (url: string, text: string): void => file.add(passed({ method: 'POST', url, headers: [['Authorization', 'Bearer abc123']], body: kept(text), answer: { status: 201, statusText: 'Created', httpVersion: '1.1', headers: [], body: kept('password=hunter22') } }), () => undefined);
  exchange('http://s.example/first', 'one');
  exchange('http://s.example/second', 'breaks');
  exchange('http://s.example/third?token=breaks-1', 'two');
  exchange('http://s.example/fourth', 'three');
  await file.close();
  const written = readFileSync(path, 'utf8');
  expect(errors).toEqual([]);
  expect([file.entries, file.withoutBodies]).toEqual([4, 2]);
  expect([written.match(/(?<=s\.example|POST )\/\w*/gu), written.match(/201/gu)?.length]).toEqual([['/first', '/second', '/', '/fourth'], 4]);
  expect(written).not.toMatch(/breaks|hunter22|abc123/u);
  if (name === 'a.har') expect(written.match(/"comment":"bodies that could not be looked through for secrets are left out"/gu)).toHaveLength(2);
});
