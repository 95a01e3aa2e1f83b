/** A worker without a master: why there is none, and the line that starts one. */
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { Router } from 'zeromq';
import { explainWait } from '../../src/cli/worker/masterWait.ts';
import { masterTrouble } from '../../src/protocol/socket/masterTrouble.ts';
import { Command, folderWith, program, tidy } from './command.ts';

afterAll(tidy);

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function portOf(server: Server): Promise<number> {
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function closedPort(): Promise<number> {
  const server = createServer();
  const port = await portOf(server);
  servers.splice(0);
  server.close();
  await once(server, 'close');
  return port;
}

describe('the reason', () => {
  it('is a name that nobody knows', async () => {
    expect(await masterTrouble('no-such-master.invalid', 5557)).toMatch(/^the name no-such-master\.invalid is not known here/u);
  });

  it('is a port on which nothing listens', async () => {
    const port = await closedPort();
    expect(await masterTrouble('127.0.0.1', port)).toBe(`the connection is refused: nothing listens on port ${port} there`);
  });

  it('is something else that listens there: silent, hanging up, or talking', async () => {
    const silent = await portOf(createHttpServer());
    const hangingUp = await portOf(createServer((socket) => socket.end()));
    const talking = await portOf(createServer((socket) => socket.end('SSH-2.0-OpenSSH\r\n')));
    for (const port of [silent, hangingUp, talking]) expect(await masterTrouble('127.0.0.1', port, { greetingMs: 100 })).toMatch(/^what listens there is no Locust master \(it does not speak ZeroMQ\): a master's port is 5557/u);
  });

  it('is a ZeroMQ socket that is no master', async () => {
    const router = new Router();
    await router.bind('tcp://127.0.0.1:0');
    const port = Number(/:(\d+)$/u.exec(router.lastEndpoint ?? '')?.[1]);
    expect(await masterTrouble('127.0.0.1', port)).toMatch(/^it speaks ZeroMQ, but does not answer as a Locust master/u);
    router.close();
  });
});

describe('a wait', () => {
  const waits = (host: string, reasons: readonly string[]): Promise<readonly string[]> => new Promise((resolve) => {
    const warned: string[] = [];
    let looks = 0;
    const end = explainWait({
      host, port: 5557, scenario: 'shop.ts', firstLookMs: 0, lookEveryMs: 0,
      warn: (text) => void warned.push(text),
      look: () => {
        const reason = reasons[looks++];
        if (reason === undefined) {
          end();
          resolve(warned);
        }
        return Promise.resolve(reason ?? '');
      },
    });
  });

  it('says each reason when it changes, and once how to start a master', async () => {
    expect(await waits('localhost', ['refused', 'refused', 'silent', 'refused'])).toEqual([
      'no master answers at localhost:5557: refused\nA master and a worker in one: boomer-node swarm shop.ts; a master alone: boomer-node locustfile shop.ts -o locustfile.py && locust -f locustfile.py --master',
      'no master answers at localhost:5557: silent',
      'no master answers at localhost:5557: refused',
    ]);
  });

  it('on another machine names that', async () => {
    expect(await waits('10.0.0.5', ['silent'])).toEqual(['no master answers at 10.0.0.5:5557: silent\nTo start one on 10.0.0.5: boomer-node locustfile shop.ts -o locustfile.py && locust -f locustfile.py --master']);
  });
});

it('is a warning of the command', async () => {
  const cwd = await folderWith({ 'scenario.ts': "import { User, task } from 'boomer-node';\nexport class Idle extends User { @task idle() {} }\n" });
  const port = await closedPort();
  const command = new Command(program, ['worker', 'scenario.ts', '--threads', '1', '--master-port', String(port)], { cwd });
  await command.printed(new RegExp(`/WARNING/boomer: no master answers at 127\\.0\\.0\\.1:${port}: the connection is refused: nothing listens on port ${port} there\\n  A master and a worker in one: boomer-node swarm scenario\\.ts;`, 'u'));
  command.signal('SIGINT');
  await command.ended;
});
