/** A worker without a master: why there is none, and the line that starts one. */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { Router } from 'zeromq';
import { explainWait } from '../../src/cli/worker/masterWait.ts';
import { masterTrouble } from '../../src/protocol/socket/masterTrouble.ts';
import { Command, folderWith, program, tidy } from './command.ts';

afterAll(tidy);

const idleScenario = "import { User, task } from 'boomer-node';\nexport class Idle extends User { @task idle() {} }\n";

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

  it('is one that takes the connection and never speaks: a master that stands still, or a web server', async () => {
    const silent = await portOf(createServer());
    const web = await portOf(createHttpServer());
    for (const port of [silent, web]) expect(await masterTrouble('127.0.0.1', port, { greetingMs: 100 })).toMatch(/^it takes the connection and says nothing within 0\.1 s, where a master greets at once: does the master stand still/u);
  });

  it('is something else that listens there: hanging up, or talking', async () => {
    const hangingUp = await portOf(createServer((socket) => socket.end()));
    const talking = await portOf(createServer((socket) => socket.end('SSH-2.0-OpenSSH\r\n')));
    for (const port of [hangingUp, talking]) expect(await masterTrouble('127.0.0.1', port, { greetingMs: 100 })).toMatch(/^what listens there is no Locust master \(it does not speak ZeroMQ\): a master's port is 5557/u);
  });

  it('is a ZeroMQ socket that is no master', async () => {
    const router = new Router();
    await router.bind('tcp://127.0.0.1:0');
    const port = Number(/:(\d+)$/u.exec(router.lastEndpoint ?? '')?.[1]);
    expect(await masterTrouble('127.0.0.1', port)).toMatch(/^it speaks ZeroMQ, but does not answer as a Locust master/u);
    router.close();
  });
});

/** Loopback swallows what it has no address for: packets go, and nothing comes back. */
const roads = 'ip link set lo up && ip route add 10.9.0.0/16 dev lo && ip route add unreachable 10.8.0.0/16';
const ownNetwork = ['--net', ...(process.getuid?.() === 0 ? [] : ['--map-root-user'])];
const refusal = spawnSync('unshare', [...ownNetwork, 'sh', '-c', roads], { encoding: 'utf8' });
const problem = refusal.status === 0 ? null : `a network of its own needs Linux, iproute2 and the right to unshare: ${refusal.error?.message ?? refusal.stderr.trim()}`;

(problem === null ? it : it.skip)(`of the command is that there is no way to the master, or that nothing comes back from it${problem === null ? '' : ` – skipped: ${problem}`}`, async () => {
  const cwd = await folderWith({ 'scenario.ts': idleScenario });
  const reasonFor = async (host: string): Promise<string> => {
    const command = new Command(program, ['worker', 'scenario.ts', '--threads', '1', '--master-host', host], { cwd, within: ['unshare', ...ownNetwork, 'sh', '-c', `${roads} && exec "$@"`, 'sh'] });
    await command.printed(/no master answers at .*\n/u);
    command.signal('SIGINT');
    const { code, stderr } = await command.ended;
    expect(code).toBe(0);
    return /no master answers at (.*)/u.exec(stderr)?.[1] ?? '';
  };
  expect(await Promise.all(['10.8.0.5', '10.9.0.5'].map(reasonFor))).toEqual([
    '10.8.0.5:5557: there is no way to it in the network (10.8.0.5: EHOSTUNREACH): is the address right, and is this machine in its network?',
    '10.9.0.5:5557: it is silent: 10.9.0.5 takes no connection within 3 s. Is the machine on, and does a firewall let port 5557 through?',
  ]);
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
  const cwd = await folderWith({ 'scenario.ts': idleScenario });
  const port = await closedPort();
  const command = new Command(program, ['worker', 'scenario.ts', '--threads', '1', '--master-port', String(port)], { cwd });
  await command.printed(new RegExp(`/WARNING/boomer: no master answers at 127\\.0\\.0\\.1:${port}: the connection is refused: nothing listens on port ${port} there\\n  A master and a worker in one: boomer-node swarm scenario\\.ts;`, 'u'));
  command.signal('SIGINT');
  await command.ended;
});
