/** HTTP/2 with an nginx that ends each connection after ten requests, gracefully: nobody is to see it. */
import { HttpClient } from '../../src/http/httpClient.ts';
import { undiciEngine } from '../../src/http/connection/undici/undiciEngine.ts';
import { startHttpServer } from '../support/httpServer.ts';
import { TestProcesses } from '../support/processes.ts';
import { recordingSink } from '../support/recordingSink.ts';
import { nginxTest, startNginx } from '../support/servers/nginxServer.ts';
import { cert } from '../support/testCertificate.ts';

nginxTest('requests go on over a new connection when nginx says GOAWAY: one by one, several at once, with bodies', async () => {
  await using processes = new TestProcesses();
  const backend = await startHttpServer(({ method, url, body }, response) => setTimeout(() => response.end(`${method} ${url} ${body.byteLength}`), url === '/slow' ? 20 : 0));
  const nginx = await startNginx(processes, backend.url, ['keepalive_requests 10']);
  const sink = recordingSink();
  const client = new HttpClient({ engine: undiciEngine, baseUrl: nginx.url, sink, defaults: { http2: true, tls: { ca: cert } } });
  try {
    for (let at = 0; at < 45; at += 1) expect((await client.get('/x')).text()).toBe('GET /x 0');
    for (let round = 0; round < 20; round += 1) {
      const answers = await Promise.all(
        Array.from({ length: 16 }, (_, at) => (at % 4 === 0 ? client.post('/slow', { body: Buffer.alloc(30_000, 97) }) : at % 4 === 1 ? client.post('/x', { json: { at } }) : client.get(at % 4 === 2 ? '/slow' : '/x'))),
      );
      expect([round, ...answers.map(({ error }) => error)]).toEqual([round, ...answers.map(() => null)]);
      expect(answers[0]?.text()).toBe('POST /slow 30000');
    }
    expect(sink.rows).toHaveLength(45 + 20 * 16);
    expect(backend.requests).toHaveLength(sink.rows.length);
  } finally {
    client.close();
    await backend.close();
    nginx.remove();
  }
});
