/**
 * Load on a WebSocket server: connecting, request and reply, and messages that the server pushes (npm install ws).
 *
 *   npx boomer-node worker examples/webSocket.ts --master-host 127.0.0.1
 *
 * with a master that knows the class (locust --master -f locust/protocols.py WebSocketUser --host ws://127.0.0.1:8080).
 * The server sends back each `echo`, and answers `watch` with as many `price` messages as it was asked for.
 */
import { on, once } from 'node:events';
import { WebSocket, type RawData } from 'ws';
import { User, between, task } from 'boomer-node';

type Message = { readonly type: string; readonly id?: number };

export class WebSocketUser extends User {
  static host = 'ws://127.0.0.1:8080';
  waitTime = between(0.02, 0.1); // seconds

  #socket: WebSocket | undefined;
  #messages: AsyncIterator<[RawData, boolean]> | undefined;
  #lastId = 0;

  async onStart() {
    const socket = new WebSocket(this.host ?? '', { handshakeTimeout: 5000 });
    socket.on('error', () => {}); // whoever waits for a message gets the error, too
    this.#socket = socket;
    // Listens from the beginning, so that no message is missed; ends when the connection does.
    this.#messages = on(socket, 'message', { close: ['close'] }) as AsyncIterator<[RawData, boolean]>;
    await this.measure('ws', 'connect', () => once(socket, 'open', { signal: this.signal }));
  }

  onStop() {
    this.#socket?.close();
  }

  @task(3)
  async echo() {
    const id = ++this.#lastId;
    await this.measure('ws', 'echo', async () => {
      this.#send({ type: 'echo', id });
      const { message, text } = await this.#receive();
      if (message.id !== id) throw new Error(`the server answered with ${message.type}, not with the echo`);
      return text; // its length is the row's content size
    });
  }

  /** Each pushed message is a sample of its own: how long the user waited for it. */
  @task
  async watch() {
    this.#send({ type: 'watch', id: 5 });
    for (let count = 0; count < 5; count += 1) {
      await this.measure('ws', 'push', async () => (await this.#receive()).text);
    }
  }

  #send(message: Message): void {
    this.#socket?.send(JSON.stringify(message));
  }

  async #receive(): Promise<{ readonly message: Message; readonly text: string }> {
    const next = await this.#messages?.next();
    if (next === undefined || next.done === true) throw new Error('the server closed the connection');
    const text = (next.value[0] as Buffer).toString();
    return { message: JSON.parse(text) as Message, text };
  }
}
