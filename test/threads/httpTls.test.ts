import { createServer } from 'node:https';
import type { Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import tls from 'node:tls';
import { jest } from '@jest/globals';
import { HttpClient } from '../../src/http/httpClient.ts';
import { engines } from '../support/engines.ts';
import { startHttpServer } from '../support/httpServer.ts';
import { cert, key } from '../support/testCertificate.ts';
import { recordingSink } from '../support/recordingSink.ts';
import type { RecordingSink } from '../support/recordingSink.ts';

describe.each(engines)('%s', (_kind, engine) => {
  let server: Server;
  let port: number;
  let sink: RecordingSink;
  let clients: HttpClient[];

  beforeEach(async () => {
    server = createServer({ cert, key }, (_, response) => response.end('secret'));
    await new Promise<void>((resolve) => server.listen(0, resolve));
    ({ port } = server.address() as AddressInfo);
    sink = recordingSink();
    clients = [];
  });

  afterEach(async () => {
    jest.restoreAllMocks();
    for (const client of clients) client.close();
    await new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    });
  });

  function open(baseUrl: string): HttpClient {
    const client = new HttpClient({ engine, baseUrl, sink });
    clients.push(client);
    return client;
  }

  /** As if the certificate were among the system's. */
  function trustTheCertificate(): void {
    const connect = tls.connect as (options: tls.ConnectionOptions) => tls.TLSSocket;
    jest.spyOn(tls, 'connect').mockImplementation(((options: tls.ConnectionOptions) => connect({ ...options, ca: cert })) as typeof tls.connect);
  }

  describe('https', () => {
    it('answers over one connection', async () => {
      trustTheCertificate();
      const client = open(`https://localhost:${port}`);
      let connections = 0;
      server.on('secureConnection', () => {
        connections += 1;
      });
      for (let at = 0; at < 3; at += 1) expect((await client.get('/x')).text()).toBe('secret');
      expect(connections).toBe(1);
      expect(sink.rows.map((row) => row.error)).toEqual([null, null, null]);
    });

    it('fails with a certificate that nobody vouches for', async () => {
      const response = await open(`https://localhost:${port}`).get('/x');
      expect(response).toMatchObject({ status: 0, error: 'SSLError: self-signed certificate' });
      expect(sink.rows).toHaveLength(1);
    });

    it('fails with a certificate for another name, every time and without hanging', async () => {
      trustTheCertificate();
      const client = open(`https://127.0.0.1:${port}`);
      for (let at = 0; at < 3; at += 1) expect((await client.get('/x')).error).toMatch(/^SSLError: Hostname\/IP does not match certificate's altnames/u);
      expect(sink.rows).toHaveLength(3);
    });

    it('fails at a server that speaks no TLS', async () => {
      const plain = await startHttpServer((_, response) => response.end());
      const response = await open(`https://127.0.0.1:${plain.port}`).get('/x');
      expect(response.error).toBe('SSLError: wrong version number');
      await plain.close();
    });
  });
});
