/** The shop of examples/grpc.proto on a free loopback port: one item, or a stream of items, and counts. */
import { fileURLToPath } from 'node:url';
import {
  loadPackageDefinition,
  type sendUnaryData,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServerWritableStream,
  type ServiceClientConstructor,
  status,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';

import { loopback } from '../ports.ts';

type Item = { readonly id: number; readonly name: string };

const protoFile = fileURLToPath(new URL('../../../examples/grpc.proto', import.meta.url));

export class GrpcShopServer implements AsyncDisposable {
  /** `127.0.0.1:50051`. */
  readonly address: string;
  readonly counts: { items: number; streams: number; cancelled: number } = { items: 0, streams: 0, cancelled: 0 };
  /** The clients' ends of all connections that ever carried a call. */
  readonly peers: Set<string> = new Set();
  /** Items below this id do not exist. */
  firstItem = 1;
  /** Streams stay open after their last item. */
  holdsStreams = false;
  readonly #server: Server;

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.address = `${loopback}:${port}`;
  }

  static async start(): Promise<GrpcShopServer> {
    const server = new Server();
    const handlers = {
      getItem: (call: ServerUnaryCall<{ id: number }, Item>, answer: sendUnaryData<Item>) => shop.#getItem(call, answer),
      listItems: (call: ServerWritableStream<{ count: number }, Item>) => shop.#listItems(call),
    };
    server.addService(shopService(), handlers);
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync(`${loopback}:0`, ServerCredentials.createInsecure(), (error, bound) => (error === null ? resolve(bound) : reject(error)));
    });
    const shop = new GrpcShopServer(server, port);
    return shop;
  }

  #getItem(call: ServerUnaryCall<{ id: number }, Item>, answer: sendUnaryData<Item>): void {
    this.counts.items += 1;
    this.peers.add(call.getPeer());
    const { id } = call.request;
    if (id < this.firstItem) answer({ code: status.NOT_FOUND, details: 'no such item' });
    else answer(null, { id, name: `item ${id}` });
  }

  #listItems(call: ServerWritableStream<{ count: number }, Item>): void {
    this.counts.streams += 1;
    this.peers.add(call.getPeer());
    call.on('cancelled', () => (this.counts.cancelled += 1));
    for (let id = 1; id <= call.request.count; id += 1) call.write({ id, name: `item ${id}` });
    if (!this.holdsStreams) call.end();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.forceShutdown();
    await Promise.resolve();
  }
}

function shopService(): ServiceClientConstructor['service'] {
  const { Shop } = loadPackageDefinition(loadSync(protoFile))['shop'] as unknown as { Shop: ServiceClientConstructor };
  return Shop.service;
}
