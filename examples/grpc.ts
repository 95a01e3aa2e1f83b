/**
 * Load on a gRPC service: a unary call and a stream from the server (npm install @grpc/grpc-js @grpc/proto-loader).
 *
 *   npx boomer-node worker examples/grpc.ts --master-host 127.0.0.1
 *
 * with a master that knows the class (locust --master -f locust/protocols.py GrpcUser --host 127.0.0.1:50051).
 */
import { addAbortListener } from 'node:events';
import { fileURLToPath } from 'node:url';
import {
  type CallOptions,
  type Client,
  type ClientReadableStream,
  type ClientUnaryCall,
  type ServiceClientConstructor,
  credentials,
  loadPackageDefinition,
  type requestCallback,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { User, constantPacing, task } from 'boomer-node';

type Item = { readonly id: number; readonly name: string };
type ShopClient = Client & {
  getItem(request: { id: number }, options: CallOptions, callback: requestCallback<Item>): ClientUnaryCall;
  listItems(request: { count: number }, options: CallOptions): ClientReadableStream<Item>;
};

// Read once a load thread. The file lies beside this one.
const proto = loadPackageDefinition(loadSync(fileURLToPath(new URL('grpc.proto', import.meta.url))));
const { Shop } = proto['shop'] as unknown as { Shop: ServiceClientConstructor };

const inFiveSeconds = (): CallOptions => ({ deadline: Date.now() + 5000 });

export class GrpcUser extends User {
  static host = '127.0.0.1:50051';
  waitTime = constantPacing(0.05); // one task every 50 ms

  // By itself the library lets all clients of a thread share one connection; a real user brings his own.
  #shop = new Shop(this.host ?? '', credentials.createInsecure(), { 'grpc.use_local_subchannel_pool': 1 }) as unknown as ShopClient;

  async onStart() {
    await this.measure('grpc', 'connect', () => new Promise<void>((resolve, reject) => {
      this.#shop.waitForReady(Date.now() + 5000, (error) => (error === undefined ? resolve() : reject(error)));
    }));
  }

  onStop() {
    this.#shop.close();
  }

  @task(3)
  async getItem() {
    const id = this.random.int(1, 100);
    await this.measure('grpc', 'shop.Shop/GetItem', () => new Promise<Item>((resolve, reject) => {
      this.#shop.getItem({ id }, inFiveSeconds(), (error, item) => (item === undefined ? reject(error ?? new Error('no item')) : resolve(item)));
    }));
  }

  /** Two rows for one call: until its first message, and until its last. */
  @task
  async listItems() {
    const startedAt = performance.now();
    await this.measure('grpc', 'shop.Shop/ListItems', async () => {
      const items = this.#shop.listItems({ count: 10 }, inFiveSeconds());
      const onStop = addAbortListener(this.signal, () => items.cancel()); // the user is stopped: so is the stream
      try {
        let isFirst = true;
        for await (const item of items as AsyncIterable<Item>) {
          if (isFirst) this.record({ type: 'grpc', name: 'shop.Shop/ListItems first item', startedAt, elapsedMs: performance.now() - startedAt });
          if (item.name === '') throw new Error('an item without a name');
          isFirst = false;
        }
      } finally {
        onStop[Symbol.dispose]();
      }
    });
  }
}
