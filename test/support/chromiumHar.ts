/** What Chromium's network panel would save: an HTTP archive of what its page asked for, "with sensitive data". */
import type { BrowserEvent, Chromium } from './chromium.ts';
import { until } from './until.ts';

type Headers = Readonly<Record<string, string>>;
type Response = { readonly status: number; readonly statusText: string; readonly headers: Headers; readonly mimeType: string };
type Seen = {
  readonly id: string;
  readonly startedMs: number;
  readonly startSec: number;
  readonly resource: string;
  readonly request: { readonly method: string; readonly url: string; readonly headers: Headers; readonly postData?: string };
  response: Response | null;
  endSec: number | null;
  text: string | null;
};

/** Of all that the page asks for from now on. */
export class ChromiumHar {
  readonly #chromium: Chromium;
  readonly #seen: Seen[] = [];
  /** Headers as they went over the wire may come before the request that they belong to. */
  readonly #extra = new Map<string, Headers[]>();
  readonly #extraAnswers = new Map<string, Headers[]>();
  #reading = 0;

  constructor(chromium: Chromium) {
    this.#chromium = chromium;
    chromium.listen((event) => this.#take(event));
  }

  /** Once all that was asked for has come. */
  async text(): Promise<string> {
    await until('all answers have come', () => {
      const missing = this.#seen.filter(({ endSec }) => endSec === null).map(({ request, response }) => `${request.method} ${request.url} (${response?.status ?? 'no head'})`);
      if (missing.length > 0 || this.#reading > 0) throw new Error(`${this.#reading} are being read, without an end are ${missing.join(', ')}`);
      return true;
    });
    const pairs = (headers: Headers): unknown => Object.entries(headers).flatMap(([name, value]) => value.split('\n').map((line) => ({ name, value: line })));
    const nth = new Map<string, number>();
    const entries = this.#seen.map(({ id, request, startedMs, startSec, resource, response, endSec, text }) => {
      const index = nth.get(id) ?? 0;
      nth.set(id, index + 1);
      const answerHeaders = this.#extraAnswers.get(id)?.[index] ?? response?.headers ?? {};
      return {
        startedDateTime: new Date(startedMs).toISOString(),
        time: ((endSec ?? startSec) - startSec) * 1000,
        _resourceType: resource,
        request: { method: request.method, url: request.url, headers: pairs({ ...request.headers, ...this.#extra.get(id)?.[index] }), ...(request.postData === undefined ? {} : { postData: { mimeType: request.headers['Content-Type'] ?? '', text: request.postData } }) },
        response: { status: response?.status ?? 0, statusText: response?.statusText ?? '', headers: pairs(answerHeaders), content: { mimeType: response?.mimeType ?? '', ...(text === null ? {} : { text }) } },
      };
    });
    return JSON.stringify({ log: { version: '1.2', creator: { name: 'WebInspector', version: '537.36' }, pages: [], entries } });
  }

  #take({ method, params }: BrowserEvent): void {
    const id = params['requestId'] as string;
    switch (method) {
      case 'Network.requestWillBeSent': {
        const { request, wallTime, timestamp, type, redirectResponse } = params as unknown as { request: Seen['request']; wallTime: number; timestamp: number; type?: string; redirectResponse?: Response };
        if (redirectResponse !== undefined) this.#ended(id, redirectResponse, timestamp);
        this.#seen.push({ id, request, startedMs: wallTime * 1000, startSec: timestamp, resource: (type ?? 'Other').toLowerCase(), response: null, endSec: null, text: null });
        break;
      }
      case 'Network.requestWillBeSentExtraInfo':
        this.#extra.set(id, [...(this.#extra.get(id) ?? []), params['headers'] as Headers]);
        break;
      case 'Network.responseReceivedExtraInfo':
        this.#extraAnswers.set(id, [...(this.#extraAnswers.get(id) ?? []), params['headers'] as Headers]);
        break;
      case 'Network.responseReceived': {
        const seen = this.#last(id);
        if (seen !== undefined) seen.response = params['response'] as Response;
        break;
      }
      case 'Network.loadingFinished':
        void this.#read(id, params['timestamp'] as number);
        break;
      case 'Network.loadingFailed':
        this.#ended(id, null, params['timestamp'] as number);
        break;
      default:
    }
  }

  /** The next page forgets it. */
  async #read(id: string, endSec: number): Promise<void> {
    this.#reading += 1;
    const body = await this.#chromium.send<{ body: string; base64Encoded: boolean }>('Network.getResponseBody', { requestId: id }).catch(() => null);
    const seen = this.#last(id);
    if (seen !== undefined && body !== null && !body.base64Encoded) seen.text = body.body;
    this.#ended(id, seen?.response ?? null, endSec);
    this.#reading -= 1;
  }

  #ended(id: string, response: Response | null, endSec: number): void {
    const seen = this.#last(id);
    if (seen === undefined) return;
    seen.response = response;
    seen.endSec = endSec;
  }

  #last(id: string): Seen | undefined {
    return this.#seen.findLast((seen) => seen.id === id);
  }
}
