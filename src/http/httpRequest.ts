/**
 * One request from the call to its row: where it goes, and its limit; reported exactly once. What comes of it is gathered by an Answer
 * (response/answer.ts), and in the end stands in a RequestResult (response/httpResponse.ts), which is all that its response keeps.
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
import { Handover } from '../util/handover.ts';
import { now } from '../util/nodeTime.ts';
import { clearTimer, setTimer, type Timer } from '../util/timers.ts';
import type { PendingRequest, Slot, Target, WireRequest } from './connection/connection.ts';
import { isRedirect, nextTarget } from './request/redirects.ts';
import { isOnce, releaseBody } from './request/requestBody.ts';
import type { RequestContext } from './request/requestContext.ts';
import type { RequestPlan, RequestSettings } from './request/requestPlan.ts';
import { Answer } from './response/answer.ts';
import { NoRoomError } from './response/contentCoding.ts';
import { judge, record, type EndedRequest, type ResultServices } from './response/endedRequest.ts';
import { bodyTooLargeText, decodingErrorText, failureText, isMisuse, isWholeAfterAll, statusErrorText, timeoutErrorText } from './response/errorText.ts';
import type { HttpResponse, Redirect } from './response/httpResponse.ts';
import { encodingMark, marksOf, PiecedHead, rawHeader, rawHeaders, ResponseHeaders, setCookieMark, type AnswerHead, type RawHeaders } from './response/responseHeaders.ts';
import { StreamedBody, StreamedResponse } from './response/streamedResponse.ts';

/** So much of a body that is too long is kept for those who look at failures. */
const shownBytes = 4096;

/** The client as its requests know it. */
export type ClientServices = ResultServices & {
  readonly settings: RequestSettings;
  /** Hands a request to the connections of its origin, with the cookies for it: at a redirect. */
  readonly send: (pending: PendingRequest) => void;
  /** Takes back a request that still waits for a connection. */
  readonly forget: (pending: PendingRequest) => void;
  /** Keeps the cookies of an answer. */
  readonly keepCookies: (origin: string, path: string, lines: readonly string[]) => void;
  /** Rejects with `reason`, what cannot be sent as it was written; of a user's client after a turn of the event loop, as `Tasks` has it. */
  readonly refuse: (reason: unknown) => Promise<never>;
};

/** A request under way: what pools send, and what connections hand its answer to. */
export class HttpRequest implements PendingRequest {
  readonly promise: Promise<HttpResponse | StreamedResponse>;
  readonly owner: ClientServices;
  /** Where it goes at the moment, and as what: as planned, or as the last redirect says. */
  origin: string;
  request: WireRequest;
  slot: Slot | null = null;
  readonly #plan: RequestPlan;
  readonly #name: string;
  readonly #context: RequestContext | null;
  readonly #phase: number;
  readonly #startMs: number;
  #answer: Answer = noAnswer;
  #resolve: (response: HttpResponse | StreamedResponse) => void = nothing;
  #reject: (reason: unknown) => void = nothing;
  #timer: Timer | null = null;
  #isSettled = false;
  /** By which answers, and when the last of them was whole; null: not at all. */
  #redirected: { readonly by: readonly Redirect[]; readonly endMs: number } | null = null;
  #streamed: { readonly body: StreamedBody; readonly response: StreamedResponse } | null = null;

  /** Begun at `startMs` (`performance.now()`); `name` is that of its row. */
  constructor(services: ClientServices, plan: RequestPlan, name: string, startMs: number, context: RequestContext | null) {
    this.owner = services;
    this.origin = plan.origin;
    this.request = plan.request;
    this.#plan = plan;
    this.#name = name;
    this.#context = context;
    this.#phase = services.sink.phase();
    this.#startMs = startMs;
    this.promise = new Promise(handover.take);
    this.#resolve = handover.resolve;
    this.#reject = handover.reject;
    if (plan.limitMs !== null) this.#limit(plan.limitMs);
  }

  get askedMs(): number {
    return this.#redirected === null ? this.#startMs : this.#redirected.endMs;
  }

  onConnect(): void {
    // the time of connecting is part of the request's; nothing to do
  }

  onHeaders(status: number, headers: Buffer[], resume: () => void, reason: string): boolean {
    if (status >= 200) this.onHead(status, new PiecedHead(reason, headers, marksOf(headers)), resume);
    return true;
  }

  onHead(status: number, head: AnswerHead, resume: () => void): void {
    this.#answer = new Answer(status, head, this.#plan.discardsBody && status < 400); // only now: thousands of requests that wait for theirs are copied by the collector
    const marks = head.marks & this.owner.settings.actedOn;
    if (marks !== 0) this.#actOn(marks, head.raw);
    if (this.#plan.streams && !this.#isSettled && !this.#leadsOn()) this.#handOut(resume);
  }

  onData(chunk: Uint8Array): boolean {
    if (this.#isSettled) return true;
    if (this.#streamed !== null) return this.#handOn(this.#streamed.body, chunk);
    this.#answer.append(chunk);
    return this.#look();
  }

  onPiece(bytes: Buffer, start: number, end: number): boolean {
    if (this.#isSettled) return true;
    if (this.#streamed !== null) return this.#handOn(this.#streamed.body, Buffer.from(bytes.subarray(start, end)));
    this.#answer.copy(bytes, start, end);
    return this.#look();
  }

  onComplete(): void {
    this.onEnd(now());
  }

  onEnd(endMs: number): void {
    if (this.#isSettled) return;
    const { encoding, bytes } = this.#answer;
    if (encoding !== null && bytes > 0 && this.#streamed === null && !this.#leadsOn()) this.#decode(encoding, endMs);
    else this.#conclude(endMs);
  }

  onError(error: Error): void {
    if (this.#isSettled) return;
    const { sink, settings } = this.owner;
    if (isMisuse(error)) {
      this.#leave();
      this.#close();
      sink.dropped(this.#phase);
      // Mostly said while it is being sent: who catches it and sends it again at once would hold up the thread for ever.
      this.owner.refuse(new BoomerError('bad-request', `the request cannot be sent as it is: ${error.message}`, { cause: error })).catch(this.#reject);
      return;
    }
    const { status } = this.#answer;
    if (isWholeAfterAll(error, status)) {
      this.#settle(null, null, null, now());
      this.#dropSlot(error);
      return;
    }
    const host = this.origin.slice(this.origin.indexOf('//') + 2);
    this.#fail(failureText(error, { host, hasAnswer: status > 0, timeouts: settings.timeouts }), error, now());
  }

  /** Rejects with `reason` and reports nothing. */
  abandon(reason: Error): void {
    if (this.#isSettled) return;
    this.#close();
    this.owner.sink.dropped(this.#phase);
    this.promise.catch(nothing); // a request that nobody awaits must not become an unhandled rejection when its user stops
    this.#reject(reason);
    this.#streamed?.body.abandon(reason);
  }

  /** False while the scenario has enough to read. */
  #handOn(streamed: StreamedBody, chunk: Uint8Array): boolean {
    this.#answer.bytes += chunk.byteLength;
    return streamed.push(chunk);
  }

  #look(): true {
    if (!this.#answer.hasRoom(this.owner.settings.bodyLimits)) this.#failTooLarge();
    return true;
  }

  #actOn(marks: number, headers: RawHeaders): void {
    if ((marks & setCookieMark) !== 0) this.owner.keepCookies(this.origin, this.request.path, rawHeaders(headers, 'set-cookie'));
    if ((marks & encodingMark) !== 0 && !this.#answer.isDiscarded) this.#answer.encoding = rawHeaders(headers, 'content-encoding').join(',');
  }

  /** The connection is kept until the body is decoded, so that a user's end still finds the request. */
  #decode(encoding: string, endMs: number): void {
    clearTimer(this.#timer);
    this.#answer.decode(encoding, this.owner.settings.bodyLimits, (error) => {
      if (this.#isSettled) return;
      if (error === null) return this.#conclude(endMs);
      this.#leave();
      if (error instanceof NoRoomError) this.#failTooLarge(error.isTooLong, endMs);
      else this.#fail(decodingErrorText(encoding, error), error, endMs);
    });
  }

  /** The whole answer is there. */
  #conclude(endMs: number): void {
    this.#leave();
    if (this.#leadsOn()) this.#redirect(endMs);
    else this.#settle(this.#ownError(), null, null, endMs);
  }

  #ownError(): string | null {
    const { status } = this.#answer;
    return status >= 400 ? statusErrorText(status, this.#answer.reason, this.#name) : null; // its reason is decoded when it is asked for
  }

  #failTooLarge(isTooLong: boolean = this.#answer.bytes > this.owner.settings.bodyLimits.maxBytes, endMs: number = now()): void {
    if (this.#isSettled) return;
    this.#answer.forgetRest(shownBytes);
    this.#fail(bodyTooLargeText(isTooLong ? this.owner.settings.bodyLimits.maxBytes : null), null, endMs);
  }

  #handOut(resume: () => void): void {
    this.#streamed = this.#stream(resume);
    this.#resolve(this.#streamed.response);
  }

  #stream(resume: () => void): { readonly body: StreamedBody; readonly response: StreamedResponse } {
    const { status, rawHeaders: headers } = this.#answer;
    const body = new StreamedBody(resume, () => this.#stopReading());
    return { body, response: new StreamedResponse({ status, rawHeaders: headers, error: this.#ownError(), url: this.origin + this.request.path, history: this.#history() }, body) };
  }

  /** The scenario wants no more of a streamed body: that is the end of it. */
  #stopReading(): void {
    if (this.#isSettled) return;
    this.#settle(this.#ownError(), null, null, now());
    this.#dropSlot(new Error('the rest of the body is not wanted'));
  }

  /** The answer only says where to go on. */
  #leadsOn(): boolean {
    const { status } = this.#answer;
    return status >= 300 && this.#plan.followsRedirects && isRedirect(status) && (rawHeader(this.#answer.rawHeaders, 'location') ?? '') !== '';
  }

  #redirect(endMs: number): void {
    const { maxRedirects } = this.owner.settings;
    const history = this.#history();
    if (history.length === maxRedirects) return this.#fail(`TooManyRedirects('Exceeded ${maxRedirects} redirects.')`, null, endMs);
    const { status, rawHeaders: headers } = this.#answer;
    let next: Target;
    try {
      next = nextTarget(status, rawHeader(headers, 'location') ?? '', this.origin, this.request);
    } catch (cause) {
      return this.#fail('InvalidURL: the location of a redirect is no http(s) URL', cause instanceof Error ? cause : null, endMs);
    }
    if (isOnce(next.request.body)) return this.#fail("UnrewindableBodyError('Unable to rewind request body for redirect.')", null, endMs);
    this.#redirected = { by: [...history, { status, url: this.origin + this.request.path, headers: new ResponseHeaders(headers) }], endMs };
    this.origin = next.origin;
    if (next.request.body === null) releaseBody(this.request.body);
    this.request = next.request;
    this.#answer.release();
    this.#answer = noAnswer;
    this.owner.send(this);
  }

  #history(): readonly Redirect[] {
    return this.#redirected === null ? noRedirects : this.#redirected.by;
  }

  /** Gives the request up as a failure after `delayMs`, also while it waits for a connection. */
  #limit(delayMs: number): void {
    this.#timer = setTimer(() => {
      if (this.slot === null) this.owner.forget(this);
      this.#fail(timeoutErrorText(delayMs / 1000), null, now());
    }, delayMs);
  }

  #leave(): void {
    const { slot } = this;
    this.slot = null;
    slot?.free();
  }

  #dropSlot(reason: Error): void {
    const { slot } = this;
    this.slot = null;
    slot?.drop(reason);
  }

  /**
   * Without a whole answer: what came of it counts as nothing, as with Locust. The connection goes, even where undici
   * would open it again: after a certificate for another name it never sends anything any more.
   */
  #fail(error: string, cause: Error | null, endMs: number): void {
    const partial = this.#answer;
    partial.release();
    this.#answer = noAnswer;
    this.#settle(error, cause, partial, endMs);
    this.#dropSlot(cause ?? new Error(error));
  }

  #settle(error: string | null, cause: Error | null, partial: Answer | null, endMs: number): void {
    this.#close();
    const services = this.owner;
    const { request: asked, check, isCaught, streams, isSilent } = this.#plan;
    const result: EndedRequest = {
      services,
      phase: this.#phase,
      method: asked.method,
      name: this.#name,
      answer: this.#answer,
      partial,
      elapsedMs: endMs - this.#startMs,
      endMs,
      error,
      cause,
      history: this.#history(),
      isSilent,
      context: this.#context,
      origin: this.origin,
      request: this.request,
    };
    services.sink.arrived(endMs);
    try {
      this.#resolve(streams ? this.#finishStream(result) : judge(result, check, isCaught));
    } catch (broken) {
      this.#reject(broken); // undici would swallow it and the user wait for ever
    }
  }

  /** Also for one that never began. */
  #finishStream(result: EndedRequest): StreamedResponse {
    const { body, response } = (this.#streamed ??= this.#stream(nothing));
    body.finish(result);
    record(result, result.error, response);
    return response;
  }

  #close(): void {
    this.#isSettled = true;
    this.#answer.release();
    if (this.request.body !== null) releaseBody(this.request.body);
    clearTimer(this.#timer);
  }
}

const handover = new Handover<HttpResponse | StreamedResponse>();

/** Before the headers are there, and in place of an answer that is not whole: nobody adds anything to it. */
const noAnswer = new Answer();

const noRedirects: readonly Redirect[] = [];

function nothing(): void {
  // stands in until the promise hands out its functions, and swallows what is said elsewhere
}
