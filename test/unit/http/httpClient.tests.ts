import { undiciEngine } from '../../../src/http/connection/undici/undiciEngine.ts';
import { HttpClient } from '../../../src/http/httpClient.ts';
import { collectNow } from '../../../src/util/garbage.ts';
import { recordingSink } from '../../support/recordingSink.ts';

it('keeps no name of `renameRequest` that nobody ends, in plain JavaScript without `using`', async () => {
  const client = new HttpClient({ baseUrl: 'http://h', sink: recordingSink(), engine: undiciEngine });
  client.requestName = 'own';
  collectNow();
  const before = process.memoryUsage().heapUsed;
  for (let at = 0; at < 200_000; at++) client.renameRequest('/item/[id]');
  collectNow();
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(4_000_000);
  expect(client.requestName).toBe('/item/[id]');
  await client.renameRequest('/group', () => expect(client.requestName).toBe('/group'));
  expect(client.requestName).toBe('/item/[id]');
});
