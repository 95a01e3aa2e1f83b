/** A recording: the proxy, the file, and what was seen so far. */
import { randomInt } from 'node:crypto';
import { gorFormat } from './gor.ts';
import { harFormat } from './har.ts';
import { HiddenSecrets } from './hiddenSecrets.ts';
import type { PassedExchange } from './passedExchange.ts';
import { RecordingFile } from './recordingFile.ts';
import { ReverseProxy, type ProxyOptions } from './reverseProxy.ts';

/** What is recorded, and where to. */
export type RecorderOptions = Pick<ProxyOptions, 'target' | 'port' | 'keepsHost' | 'isInsecure'> & {
  /** Ends with `.gor` for a capture; any other is a HAR. */
  readonly path: string;
  /** True: values of secrets are written as they are. */
  readonly keepsSecrets: boolean;
  /** Ours. */
  readonly version: string;
  /** Called once for each request, at its end. */
  readonly onExchange: (exchange: PassedExchange) => void;
  /** Called once, when the file cannot be written any more. */
  readonly onError: (error: Error) => void;
};

/** What a recording has. */
export type RecordingCounts = {
  readonly requests: number;
  /** Of these, what did not end as it should. */
  readonly problems: number;
  /** Bodies of which only the beginning was kept. */
  readonly cutBodies: number;
  /** WebSockets and other protocols: noted, without what went through them. */
  readonly tunnels: number;
  /** Of all bodies, as they went over the wire. */
  readonly bytes: number;
};

export class Recorder {
  readonly #proxy: ReverseProxy;
  readonly #file: RecordingFile;
  readonly #counts: RecordingCounts;
  readonly #secrets: HiddenSecrets | null;
  #closed: Promise<void> | null = null;

  private constructor(proxy: ReverseProxy, file: RecordingFile, counts: RecordingCounts, secrets: HiddenSecrets | null) {
    this.#proxy = proxy;
    this.#file = file;
    this.#counts = counts;
    this.#secrets = secrets;
  }

  /** Rejects with a BoomerError when the port is taken or the file cannot be made; then neither is left behind. */
  static async start({ path, keepsSecrets, version, onExchange, onError, ...where }: RecorderOptions): Promise<Recorder> {
    const counts = { requests: 0, problems: 0, cutBodies: 0, tunnels: 0, bytes: 0 };
    const isGor = path.toLowerCase().endsWith('.gor');
    const format = isGor ? gorFormat(where.target.protocol === 'https:') : harFormat(version);
    const secrets = keepsSecrets ? null : new HiddenSecrets(randomName());
    const file = await RecordingFile.create(path, format, secrets, onError);
    const onEnd = (exchange: PassedExchange, release: () => void): void => {
      count(exchange, counts);
      onExchange(exchange);
      file.add(exchange, release);
    };
    const proxy = await ReverseProxy.start({ ...where, mayBegin: () => file.room(), onExchange: onEnd }).catch(async (error: unknown) => {
      await file.close();
      throw error;
    });
    return new Recorder(proxy, file, counts, secrets);
  }

  /** What a browser opens. */
  get url(): string {
    return this.#proxy.url;
  }

  /** Requests that are on their way. */
  get underWay(): number {
    return this.#proxy.underWay;
  }

  get counts(): RecordingCounts {
    return this.#counts;
  }

  /** Secrets, about, that were hidden where a name says what they are, and are not looked for elsewhere any more: there were too many. */
  get forgottenSecrets(): number {
    return this.#secrets?.forgotten ?? 0;
  }

  /** Requests whose bodies could not be looked through for secrets, and are not in the file. */
  get withoutBodies(): number {
    return this.#file.withoutBodies;
  }

  /**
   * Waits for what is under way, for so long, and for the file. May be called again, with less patience. Rejects with a BoomerError when not all
   * could be written.
   */
  async stop(patienceMs: number): Promise<void> {
    await this.#proxy.stop(patienceMs);
    this.#closed ??= this.#file.close();
    await this.#closed;
  }
}

function count({ body, answer, problem, isTunnel }: PassedExchange, counts: { -readonly [Name in keyof RecordingCounts]: RecordingCounts[Name] }): void {
  counts.requests += 1;
  if (problem !== null) counts.problems += 1;
  if (isTunnel) counts.tunnels += 1;
  for (const own of [body, answer?.body]) {
    if (own === undefined) continue;
    counts.bytes += own.totalBytes;
    if (!isTunnel && own.bytes.length < own.totalBytes) counts.cutBodies += 1;
  }
}

/** Of stand-ins, so that those of two recordings are never the same. */
function randomName(): string {
  return randomInt(36 ** 6).toString(36).padStart(6, '0');
}
