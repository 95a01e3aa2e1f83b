/** A TCP proxy between a worker and its master that can stand still and reset one side without a word to the other. */
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

type Pair = { readonly worker: Socket; readonly master: Socket };

export class TcpProxy {
  readonly #server: Server;
  readonly #pairs = new Set<Pair>();
  readonly #sockets = new Set<Socket>();
  #isStalled = false;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(host: string, targetPort: number): Promise<TcpProxy> {
    const server = createServer({ noDelay: true }, (worker) => proxy.#join({ worker, master: connect({ host, port: targetPort, noDelay: true }) }));
    const proxy = new TcpProxy(server);
    await new Promise<void>((resolve) => server.listen(0, host, resolve));
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Nothing passes any more; what comes waits in buffers of the system, as on a network that stands still. New connections wait too. */
  stall(): void {
    this.#isStalled = true;
    for (const { worker, master } of this.#pairs) {
      worker.pause();
      master.pause();
    }
  }

  resume(): void {
    this.#isStalled = false;
    for (const { worker, master } of this.#pairs) {
      worker.resume();
      master.resume();
    }
  }

  /** Resets this side of all connections. The other one stays open, and nobody is behind it. */
  reset(side: 'worker' | 'master' | 'both'): void {
    for (const pair of this.#pairs) {
      this.#pairs.delete(pair);
      for (const name of ['worker', 'master'] as const) {
        const socket = pair[name];
        socket.removeAllListeners('data').removeAllListeners('close');
        if (side === name || side === 'both') socket.resetAndDestroy();
        // Read, or the system's buffers fill up; until its own side ends it.
        else socket.resume().once('end', () => socket.destroy());
      }
    }
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #join(pair: Pair): void {
    this.#pairs.add(pair);
    const pass = (from: Socket, to: Socket): void => {
      from.on('data', (data) => void to.write(data));
      from.on('error', () => undefined);
      this.#sockets.add(from.once('close', () => this.#sockets.delete(from)));
      from.on('close', () => {
        this.#pairs.delete(pair);
        to.destroy();
      });
      if (this.#isStalled) from.pause();
    };
    pass(pair.worker, pair.master);
    pass(pair.master, pair.worker);
  }
}
