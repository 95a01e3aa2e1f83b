/** One HTTP client, a server before it, and what the client recorded. */
import type { Engine } from '../../src/http/connection/connectionPool.ts';
import { HttpClient } from '../../src/http/httpClient.ts';
import type { HttpDefaults } from '../../src/http/index.ts';
import { startHttpServer } from './httpServer.ts';
import type { Answer, TestServer } from './httpServer.ts';
import { recordingSink } from './recordingSink.ts';
import type { RecordingSink } from './recordingSink.ts';

type Players = {
  readonly server: TestServer;
  readonly client: HttpClient;
  readonly sink: RecordingSink;
};

/** The players are those of the test that runs; to ask for them before `open` or `use` throws. */
export type HttpScene = Players & {
  /** With a server that answers so. */
  readonly open: (answer: Answer, defaults?: HttpDefaults) => Promise<void>;
  /** With a server that runs already. */
  readonly use: (server: TestServer, defaults?: HttpDefaults) => void;
};

/** Answers `ok` to everything. */
export const ok: Answer = (_, response) => response.end('ok');

/** For a `describe`: client and server are closed after each of its tests. */
export function httpScene(engine: Engine): HttpScene {
  let players: Players | null = null;
  const playing = (): Players => {
    if (players === null) throw new Error('this test has opened no scene');
    return players;
  };
  const use = (server: TestServer, defaults: HttpDefaults = {}): void => {
    const sink = recordingSink();
    players = { server, sink, client: new HttpClient({ engine, baseUrl: server.url, sink, defaults }) };
  };
  afterEach(async () => {
    players?.client.close();
    await players?.server.close();
    players = null;
  });
  return {
    open: async (answer, defaults) => use(await startHttpServer(answer), defaults),
    use,
    get server() {
      return playing().server;
    },
    get client() {
      return playing().client;
    },
    get sink() {
      return playing().sink;
    },
  };
}
