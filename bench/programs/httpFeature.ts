/**
 * CPU of HTTP requests that use one feature of the client, 50 users without a pause, recording included.
 * `httpFeature.js ORIGIN FEATURE WARM_UP_MS WINDOW_MS` prints `cpuUs` and ends.
 */
import { undiciEngine } from '../../src/http/connection/undici/undiciEngine.ts';
import { HttpClient } from '../../src/http/httpClient.ts';
import type { HttpDefaults, HttpResponse } from '../../src/http/index.ts';
import { Recorder } from '../../src/stats/recorder.ts';
import type { FeatureName } from '../support/httpFeatures.ts';

const users = 50;

type Feature = { readonly defaults?: HttpDefaults; readonly request: (client: HttpClient) => Promise<unknown> };

const text = async (response: Promise<HttpResponse>): Promise<string> => (await response).text();

const features: Readonly<Record<FeatureName, Feature>> = {
  plain: { request: (client) => text(client.get('/')) },
  name: { request: (client) => text(client.get('/', { name: '/page/[id]' })) },
  'requestName template': { defaults: { requestName: ['/item/[id]'] }, request: (client) => text(client.get('/item/7')) },
  headers: { request: (client) => text(client.get('/', { headers: { 'x-request': '7' } })) },
  query: { request: (client) => text(client.get('/', { query: { page: 7 } })) },
  auth: { request: (client) => text(client.get('/', { auth: ['user', 'password'] })) },
  timeout: { request: (client) => text(client.get('/', { timeout: 10 })) },
  'json body': { request: (client) => text(client.post('/', { json: { page: 7 } })) },
  'form body': { request: (client) => text(client.post('/', { form: { page: 7 } })) },
  'multipart body': { request: (client) => text(client.post('/', { multipart: { page: 7, file: { content: 'seven', filename: 'seven.txt' } } })) },
  check: { request: (client) => client.get('/', { check: (response) => response.text() !== '' }) },
  catchResponse: {
    request: async (client) => {
      await using response = await client.get('/', { catchResponse: true });
      response.success();
    },
  },
  stream: { request: async (client) => (await client.get('/', { stream: true })).discard() },
  'shared pool': { defaults: { pool: 'shared' }, request: (client) => text(client.get('/')) },
  'new cookie each time': { request: (client) => text(client.get('/bench-cookie')) },
  'new cookie each time, with an expiry': { request: (client) => text(client.get('/bench-expiry')) },
  'gzip answer': { defaults: { compression: ['gzip'] }, request: (client) => text(client.get('/bench-gzip')) },
};

const [origin = '', feature = 'plain', warmUpMs = '500', windowMs = '1000'] = process.argv.slice(2);
const { defaults = {}, request } = features[feature as FeatureName];
const recorder = new Recorder({ sink: () => undefined, problem: () => undefined, wallOffsetMs: performance.timeOrigin });

let count = 0;
const sink = {
  phase: () => 1,
  arrived: (): void => undefined,
  dropped: (): void => undefined,
  report: (_: number, method: string, name: string, elapsedMs: number | null, bytes: number, error: string | null, endMs: number): void => {
    count += 1;
    recorder.record(method, name, elapsedMs, bytes, error, endMs);
  },
};

async function user(): Promise<never> {
  const client = new HttpClient({ engine: undiciEngine, baseUrl: origin, sink, defaults });
  for (;;) await request(client);
}

for (let index = 0; index < users; index++) void user();
await pause(Number(warmUpMs));
const [fromCount, fromCpu] = [count, process.cpuUsage()];
await pause(Number(windowMs));
const { user: userUs, system: systemUs } = process.cpuUsage(fromCpu);
process.stdout.write(`cpuUs ${(userUs + systemUs) / (count - fromCount)}\n`);
process.exit(0);

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
