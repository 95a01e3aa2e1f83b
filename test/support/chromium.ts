/** A headless Chromium from Debian, driven by its DevTools protocol: what a page looks like, does, says and asks the network for. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';

import type { Child } from '../../src/cluster/childProcess.ts';
import type { TestProcesses } from './processes.ts';
import { findProgram, testWithServer, type ServerTest } from './servers/serverTest.ts';
import { until } from './until.ts';

const program = findProgram('chromium');

/** `test`, if there is a `chromium`. */
export const chromiumTest: ServerTest = testWithServer('chromium', program, 'chromium');

/** Something that happened in the open page. */
export type BrowserEvent = { readonly method: string; readonly params: Readonly<Record<string, unknown>> };

type Answer = { readonly id?: number; readonly method?: string; readonly params?: Record<string, unknown>; readonly result?: unknown; readonly error?: { readonly message: string } };

export type PageOptions = { readonly width?: number; readonly height?: number; readonly isDark?: boolean };

export class Chromium implements AsyncDisposable {
  /** Addresses that the pages asked for, in order. */
  readonly requested: string[] = [];
  /** Errors, warnings and violations of a page's policy. */
  readonly complaints: string[] = [];
  readonly #socket: WebSocket;
  readonly #child: Child;
  readonly #folder: string;
  readonly #waiting: Map<number, (answer: Answer) => void> = new Map();
  readonly #listeners: ((event: BrowserEvent) => void)[] = [];
  #lastId = 0;
  #session: string | undefined;

  private constructor(socket: WebSocket, child: Child, folder: string) {
    this.#socket = socket;
    this.#child = child;
    this.#folder = folder;
    socket.on('message', (data: Buffer) => this.#take(JSON.parse(data.toString()) as Answer));
  }

  static async start(processes: TestProcesses): Promise<Chromium> {
    const folder = await mkdtemp(join(tmpdir(), 'chromium-'));
    const child = processes.start({
      name: 'chromium',
      command: program ?? 'chromium',
      // Without its sandbox, which needs rights that containers do not have; it opens our own files only.
      args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-background-networking', '--remote-debugging-port=0', `--user-data-dir=${folder}`, 'about:blank'],
      // For the folder of its socket, which it leaves when it is ended.
      env: { ...process.env, TMPDIR: folder },
    });
    const address = await until('chromium listens', () => /ws:\/\/\S+/u.exec(child.lastLines.join('\n'))?.[0]);
    const socket = new WebSocket(address);
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    return new Chromium(socket, child, folder);
  }

  /** Opens a page in a tab of its own, and waits until it is loaded. */
  async open(url: string, { width = 1200, height = 1000, isDark = false }: PageOptions = {}): Promise<void> {
    this.#session = undefined;
    const { targetId } = await this.send<{ targetId: string }>('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await this.send<{ sessionId: string }>('Target.attachToTarget', { targetId, flatten: true });
    this.#session = sessionId;
    for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await this.send(`${domain}.enable`);
    await this.send('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: false });
    await this.send('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: isDark ? 'dark' : 'light' }] });
    await this.send('Page.navigate', { url });
    await until('the page is loaded', async () => (await this.evaluate<string>('document.readyState')) === 'complete' && (await this.evaluate<string>('location.href')) === url);
  }

  /** The value of an expression in the page, which must be plain data. */
  async evaluate<T>(expression: string): Promise<T> {
    type Evaluated = { readonly result: { readonly value: T }; readonly exceptionDetails?: { readonly exception?: { readonly description?: string } } };
    const { result, exceptionDetails } = await this.send<Evaluated>('Runtime.evaluate', { expression, returnByValue: true, awaitPromise: true });
    if (exceptionDetails !== undefined) throw new Error(`in the page: ${exceptionDetails.exception?.description ?? 'an exception'}`);
    return result.value;
  }

  /** One command of the DevTools protocol to the open page. */
  async send<T>(method: string, params: Record<string, unknown> = {}): Promise<T> {
    const id = ++this.#lastId;
    const answered = new Promise<Answer>((resolve) => this.#waiting.set(id, resolve));
    this.#socket.send(JSON.stringify({ id, method, params, ...(this.#session === undefined ? {} : { sessionId: this.#session }) }));
    const { result, error } = await answered;
    if (error !== undefined) throw new Error(`${method}: ${error.message}`);
    return result as T;
  }

  /** Calls `listener` at each event of the protocol, from now on. */
  listen(listener: (event: BrowserEvent) => void): void {
    this.#listeners.push(listener);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.terminate();
    await this.#child.stop();
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 3 });
  }

  #take({ id, method, params = {}, ...rest }: Answer): void {
    if (id !== undefined) {
      this.#waiting.get(id)?.(rest);
      this.#waiting.delete(id);
    }
    if (method !== undefined) for (const listener of this.#listeners) listener({ method, params });
    if (method === 'Network.requestWillBeSent') this.requested.push((params['request'] as { readonly url: string }).url);
    const isComplaint = method === 'Runtime.exceptionThrown' || method === 'Log.entryAdded' || method === 'Runtime.consoleAPICalled';
    if (isComplaint) this.complaints.push(JSON.stringify(params));
  }
}
