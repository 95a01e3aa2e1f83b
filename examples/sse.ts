/**
 * Load on a service that streams its answer word by word, as language models do (server-sent events): how long until
 * the first word, how long between words, how long in all.
 *
 *   npx boomer-node worker examples/sse.ts --master-host 127.0.0.1
 *
 * with a master that knows the class (locust --master -f locust/protocols.py SseUser --host http://127.0.0.1:8080).
 */
import { User, between, task } from 'boomer-node';

export class SseUser extends User {
  static host = 'http://127.0.0.1:8080';
  waitTime = between(0.1, 0.5); // seconds

  @task
  async ask() {
    // Of a user who is stopped meanwhile nothing counts: `measure` knows.
    await this.measure('SSE', 'total', async () => {
      const startedAt = performance.now();
      const response = await fetch(`${this.host ?? ''}/chat`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
        body: JSON.stringify({ prompt: 'Why is the sky blue?' }),
        signal: this.signal,
      });
      if (!response.ok || response.body === null) {
        await response.body?.cancel(); // an answer that nobody reads holds its connection
        throw new Error(`status ${response.status}`);
      }

      let answer = '';
      let isDone = false;
      let lastAt = startedAt;
      // Read to its end, also after the last word: only then is the connection free for the next question.
      for await (const data of eventsOf(response.body)) {
        isDone = data === '[DONE]';
        if (isDone) continue;
        const now = performance.now();
        const name = answer === '' ? 'first chunk' : 'between chunks';
        this.record({ type: 'SSE', name, startedAt: lastAt, elapsedMs: now - lastAt, bytes: Buffer.byteLength(data) });
        lastAt = now;
        answer += data;
      }
      if (!isDone) throw new Error('the stream ended before [DONE]');
      return answer; // its length is the row's content size
    });
  }
}

/** The data of each event. An event ends with an empty line and may arrive in pieces. */
async function* eventsOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const piece of body) {
    const events = (rest + decoder.decode(piece, { stream: true })).split(/\r?\n\r?\n/u);
    rest = events.pop() ?? '';
    for (const event of events) {
      const data = event.split(/\r?\n/u).filter((line) => line.startsWith('data:'));
      if (data.length > 0) yield data.map((line) => line.slice('data:'.length).replace(/^ /u, '')).join('\n');
    }
  }
}
