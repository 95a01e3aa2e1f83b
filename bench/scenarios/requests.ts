/** Requests as real tests have them: URLs, tokens and bodies that differ, answers and bodies of some size; a class for each, and client. */
import { FastHttpUser, HttpUser, task } from 'boomer-node';

const kilobyte = 'x'.repeat(1024);

function drawn(count: number): number {
  return Math.floor(Math.random() * count);
}

/** URLs drawn from `urls`, in one row. */
abstract class Urls extends FastHttpUser {
  static override abstract = true;
  readonly urls: number = 1;

  @task
  async item(): Promise<void> {
    await this.client.get(`/item/${drawn(this.urls)}`, { name: '/item/[id]' });
  }
}
export class FastUrls1 extends Urls {}
export class FastUrls1000 extends Urls {
  override readonly urls = 1_000;
}
export class FastUrls3000 extends Urls {
  override readonly urls = 3_000;
}
export class FastUrls100000 extends Urls {
  override readonly urls = 100_000;
}

abstract class HttpUrls extends HttpUser {
  static override abstract = true;
  readonly urls: number = 1;

  @task
  async item(): Promise<void> {
    await this.client.get(`/item/${drawn(this.urls)}`, { name: '/item/[id]' });
  }
}
export class HttpUrls1 extends HttpUrls {}
export class HttpUrls1000 extends HttpUrls {
  override readonly urls = 1_000;
}
export class HttpUrls3000 extends HttpUrls {
  override readonly urls = 3_000;
}
export class HttpUrls100000 extends HttpUrls {
  override readonly urls = 100_000;
}

/** Each user has logged in, and shows its own token from then on. */
export class FastToken extends FastHttpUser {
  override onStart(): void {
    this.client.headers['authorization'] = `Bearer ${String(drawn(1e9)).padStart(32, '0')}`;
  }

  @task
  async page(): Promise<void> {
    await this.client.get('/');
  }
}

export class FastJson extends FastHttpUser {
  @task
  async order(): Promise<void> {
    const item = drawn(1e5);
    await this.client.post('/order', { json: { item, name: `item ${item}`, count: 2, tags: ['new', 'sale'] } });
  }
}

export class FastAnswer1k extends FastHttpUser {
  @task
  async page(): Promise<void> {
    await this.client.get('/bench-1k');
  }
}

export class FastAnswer64k extends FastHttpUser {
  @task
  async page(): Promise<void> {
    await this.client.get('/bench-64k');
  }
}

/** As wrk and its like have it: read, counted, thrown away. */
export class FastAnswer64kDiscarded extends FastHttpUser {
  static override http = { discardBody: true };

  @task
  async page(): Promise<void> {
    await this.client.get('/bench-64k');
  }
}

export class FastPost1k extends FastHttpUser {
  @task
  async page(): Promise<void> {
    await this.client.post('/', { body: kilobyte });
  }
}
