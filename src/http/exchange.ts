/**
 * One request from the call to its row: gathers the answer, keeps its time, reports it exactly once.
 *
 *              onHeaders, onData          onComplete
 *   waiting ───────────────────► reading ────────────► settled: reported, promise resolved
 *      ▲              │ onError, timeout  │ compressed   ▲  ▲
 *      │              └───────────────────┼──────────────┘  │ abandon, misuse: not reported, promise rejected
 *      └── redirect: onComplete           └─► decoding ─────┘
 *          with a location
 *
 * A streamed answer resolves the promise when its headers are there, and is reported at the end all the same. The clock
 * is read twice: at the call and at the last byte.
 */
import { BoomerError } from '../util/boomerError.ts';
import { clearTimer, setTimer, type Timer } from '../util/timers.ts';
import { Answer } from './response/answer.ts';
import { PiecedHead } from './response/answerHead.ts';
import type { AnswerHead } from './response/answerHead.ts';
import { isOnce, letGo } from './request/bodyStream.ts';
import type { WireRequest } from './connection/connection.ts';
import type { Guest, Slot } from './connection/connectionPool.ts';
import { decodeBody, decodersOf, NoRoomError } from './response/contentCoding.ts';
import { isMisuse, isWholeAfterAll } from './connection/engineErrors.ts';
import { bodyTooLargeText, decodingErrorText, failureText, statusErrorText, timeoutErrorText } from './response/errorText.ts';
import { HttpResponse } from './response/httpResponse.ts';
import { record } from './response/outcome.ts';
import type { Home, Hop, Outcome } from './response/outcome.ts';
import { isRedirect, nextHop } from './request/redirects.ts';
import type { RequestPlan } from './request/requestPlan.ts';
import { encodingMark, marksOf, rawHeader, rawHeaders, setCookieMark } from './response/responseHeaders.ts';
import type { RawHeaders } from './response/responseHeaders.ts';
import { StreamedBody } from './response/streamedBody.ts';
import { StreamedResponse } from './response/streamedResponse.ts';
import { now } from '../util/nodeTime.ts';

/** So much of a body that is too long is kept for those who look at failures. */
const shownBytes = 4096;

/** The request as it goes and, in the end, its own outcome: one object for all that one request is. */
export class Exchange implements Guest, Hop, Outcome {
  readonly promise: Promise<HttpResponse | StreamedResponse>;
  readonly home: Home;
  readonly name: string;
  readonly phase: number;
  readonly startMs: number;
  askedMs: number;
  /** Where the request of this hop goes. */
  origin: string;
  request: WireRequest;
  slot: Slot | null = null;
  answer: Answer = new Answer();
  partial: Answer | null = null;
  /** When the last byte came; 0 before. */
  endMs = 0;
  error: string | null = null;
  cause: Error | null = null;
  readonly #plan: RequestPlan;
  #resolve: (response: HttpResponse | StreamedResponse) => void = nothing;
  #reject: (reason: Error) => void = nothing;
  #timer: Timer | null = null;
  #isSettled = false;
  #hops = 0;
  #streamed: StreamedBody | null = null;
  /** Memory of the thread that the body has taken. */
  #takenBytes = 0;

  constructor(home: Home, plan: RequestPlan, name: string, startMs: number) {
    this.home = home;
    this.name = name;
    this.phase = home.sink.phase();
    this.startMs = startMs;
    this.askedMs = startMs;
    this.origin = plan.origin;
    this.request = plan.request;
    this.#plan = plan;
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    if (plan.limitMs !== null) this.#limit(plan.limitMs);
  }

  /** As the scenario asked; `request` has the one of this hop. */
  get method(): string {
    return this.#plan.request.method;
  }

  get elapsedMs(): number {
    return this.endMs - this.startMs;
  }

  get owner(): object {
    return this.home;
  }

  onConnect(): void {
    // the time of connecting is part of the request's; nothing to do
  }

  onHeaders(status: number, headers: Buffer[], resume: () => void, reason: string): boolean {
    if (status >= 200) this.onHead(status, new PiecedHead(reason, headers, marksOf(headers)), resume);
    return true;
  }

  onHead(status: number, head: AnswerHead, resume: () => void): void {
    this.answer.begin(status, head);
    const marks = head.marks & this.home.heeded;
    if (marks !== 0) this.#heed(marks, head.raw);
    if (this.#plan.streams && !this.#isSettled && !this.#leadsOn()) this.#handOut(resume);
  }

  onSmallBody(block: Buffer, start: number, bodyBytes: number): void {
    this.answer.takeStretch(block, start, bodyBytes);
    if (this.#streamed !== null) this.#streamed.push(this.answer.body());
    else if (bodyBytes > this.home.bodyLimits.uncountedBytes) this.#holdBody();
  }

  onData(chunk: Uint8Array): boolean {
    if (this.#streamed !== null) {
      this.answer.bytes += chunk.byteLength;
      return this.#streamed.push(chunk);
    }
    this.answer.take(chunk);
    if (this.answer.bytes > this.home.bodyLimits.uncountedBytes) this.#holdBody();
    return true;
  }

  onComplete(): void {
    this.onEnd(now());
  }

  onEnd(endMs: number): void {
    if (this.#isSettled) return;
    this.endMs = endMs;
    const { encoding, bytes } = this.answer;
    if (encoding !== null && bytes > 0 && this.#streamed === null && !this.#leadsOn()) this.#decode(encoding);
    else this.#conclude();
  }

  onError(error: Error): void {
    if (this.#isSettled) return;
    if (isMisuse(error)) {
      this.#leave();
      this.#end();
      this.home.sink.dropped(this.phase);
      this.#reject(new BoomerError('bad-request', `the request cannot be sent as it is: ${error.message}`, { cause: error }));
      return;
    }
    if (isWholeAfterAll(error, this.answer.status)) {
      this.#settle(null, null);
      this.#dropSlot(error);
      return;
    }
    const host = this.origin.slice(this.origin.indexOf('//') + 2);
    this.#fail(failureText(error, { host, hasAnswer: this.answer.status > 0, timeouts: this.home.timeouts }), error);
  }

  /** Rejects with `reason` and reports nothing. */
  abandon(reason: Error): void {
    if (this.#isSettled) return;
    this.#end();
    this.promise.catch(nothing); // a request that nobody awaits must not become an unhandled rejection when its user stops
    this.#reject(reason);
    this.#streamed?.abandon(reason);
  }

  #heed(marks: number, headers: RawHeaders): void {
    if ((marks & setCookieMark) !== 0) this.home.keepCookies(this.origin, this.request.path, rawHeaders(headers, 'set-cookie'));
    if ((marks & encodingMark) !== 0) this.answer.encoding = rawHeaders(headers, 'content-encoding').join(',');
  }

  /** The whole answer is there. */
  #conclude(): void {
    this.#leave();
    if (this.#leadsOn()) this.#redirect();
    else this.#settle(this.#ownError(), null);
  }

  #ownError(): string | null {
    const { status } = this.answer;
    return status >= 400 ? statusErrorText(status, this.answer.reason, this.name) : null;
  }

  /** The connection is kept until the body is decoded, so that a user's end still finds the request. */
  #decode(encoding: string): void {
    const body = this.answer.body();
    const decoders = decodersOf(encoding, body);
    if (decoders === null) return this.#conclude();
    clearTimer(this.#timer);
    const { maxBytes } = this.home.bodyLimits;
    const room = { maxBytes, take: (bytes: number) => this.#takeMemory(bytes), give: (bytes: number) => this.#giveMemory(bytes) };
    decodeBody(decoders, body, room, (error, decoded) => {
      if (this.#isSettled) return;
      if (error === null) {
        this.answer.decoded(decoded);
        this.#conclude();
      } else {
        this.#leave();
        if (error instanceof NoRoomError) this.#failTooLarge(error.isTooLong);
        else this.#fail(decodingErrorText(encoding, error), error);
      }
    });
  }

  /** More of the body has come than goes without a question. */
  #holdBody(): void {
    if (this.#isSettled) return;
    const isTooLong = this.answer.bytes > this.home.bodyLimits.maxBytes;
    if (isTooLong || !this.#takeMemory(this.answer.bytes - this.#takenBytes)) this.#failTooLarge(isTooLong);
  }

  #failTooLarge(isTooLong: boolean): void {
    this.answer.forgetRest(shownBytes);
    this.#fail(bodyTooLargeText(isTooLong ? this.home.bodyLimits.maxBytes : null), null);
  }

  #takeMemory(bytes: number): boolean {
    if (this.#isSettled || !this.home.bodyLimits.memory.take(bytes)) return false;
    this.#takenBytes += bytes;
    return true;
  }

  /** What the request held when it ended is given back by then. */
  #giveMemory(bytes: number): void {
    if (this.#isSettled) return;
    this.home.bodyLimits.memory.give(bytes);
    this.#takenBytes -= bytes;
  }

  #handOut(resume: () => void): void {
    const { status, rawHeaders: headers } = this.answer;
    this.#streamed = new StreamedBody(resume, () => this.#stopReading());
    this.#resolve(new StreamedResponse({ status, rawHeaders: headers, error: this.#ownError(), url: this.origin + this.request.path }, this.#streamed));
  }

  /** The scenario wants no more of a streamed body: that is the end of it. */
  #stopReading(): void {
    if (this.#isSettled) return;
    this.#settle(this.#ownError(), null);
    this.#dropSlot(new Error('the rest of the body is not wanted'));
  }

  /** The answer only says where to go on. */
  #leadsOn(): boolean {
    const { status } = this.answer;
    return status >= 300 && this.#plan.followsRedirects && isRedirect(status) && (rawHeader(this.answer.rawHeaders, 'location') ?? '') !== '';
  }

  #redirect(): void {
    const { maxRedirects } = this.home;
    if (this.#hops === maxRedirects) return this.#fail(`TooManyRedirects('Exceeded ${maxRedirects} redirects.')`, null);
    const { status, rawHeaders: headers } = this.answer;
    let next: Hop;
    try {
      next = nextHop(status, rawHeader(headers, 'location') ?? '', this.origin, this.request);
    } catch (cause) {
      return this.#fail('InvalidURL: the location of a redirect is no http(s) URL', cause instanceof Error ? cause : null);
    }
    if (isOnce(next.request.body)) return this.#fail("UnrewindableBodyError('Unable to rewind request body for redirect.')", null);
    this.origin = next.origin;
    this.request = next.request;
    this.#hops += 1;
    this.askedMs = this.endMs;
    this.endMs = 0;
    this.answer = new Answer();
    this.#giveMemory(this.#takenBytes);
    this.home.send(this);
  }

  /** Gives the request up as a failure after `delayMs`, also while it waits for a connection. */
  #limit(delayMs: number): void {
    this.#timer = setTimer(() => {
      if (this.slot === null) this.home.forget(this);
      this.#fail(timeoutErrorText(delayMs / 1000), null);
    }, delayMs);
  }

  #leave(): void {
    const slot = this.slot;
    this.slot = null;
    slot?.free();
  }

  /** A response that is kept holds its exchange, which must not hold the connection. */
  #dropSlot(reason: Error): void {
    const { slot } = this;
    this.slot = null;
    slot?.drop(reason);
  }

  /**
   * Without a whole answer: what came of it counts as nothing, as with Locust. The connection goes, even where undici
   * would open it again: after a certificate for another name it never sends anything any more.
   */
  #fail(error: string, cause: Error | null): void {
    const partial = this.answer;
    this.answer = new Answer();
    this.#settle(error, cause, partial);
    this.#dropSlot(cause ?? new Error(error));
  }

  #settle(error: string | null, cause: Error | null, partial: Answer | null = null): void {
    this.#end();
    if (this.endMs === 0) this.endMs = now();
    this.partial = partial;
    this.error = error;
    this.cause = cause;
    this.home.sink.arrived(this.endMs);
    try {
      const { judge, streams } = this.#plan;
      if (judge !== null) {
        this.#resolve(judge(this));
        return;
      }
      record(this, error);
      if (streams) this.#finishStream();
      else this.#resolve(new HttpResponse(this));
    } catch (broken) {
      this.#reject(broken as Error); // undici would swallow it and the user wait for ever
    }
  }

  /** Also for one that never began. */
  #finishStream(): void {
    if (this.#streamed === null) this.#handOut(nothing);
    this.#streamed?.finish(this);
  }

  #end(): void {
    if (this.#takenBytes > 0) this.#giveMemory(this.#takenBytes);
    this.#isSettled = true;
    if (this.request.body !== null) letGo(this.request.body);
    clearTimer(this.#timer);
  }
}

function nothing(): void {
  // stands in until the promise hands out its functions, and swallows what is said elsewhere
}
