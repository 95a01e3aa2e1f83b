/**
 * One request on its way to the target, and the answer on its way back, piece by piece as they come: whoever is slower is waited for, so that a
 * body of any size takes no memory but for what is kept of it. Interim answers, trailers and upgrades pass too.
 */
import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { errorLine, hasCode } from '../util/errorText.ts';
import { BodyTap, type HeldBytes } from './bodyTap.ts';
import { headText, pairsOf, type Headers, type PassedAnswer, type PassedExchange } from './passedExchange.ts';
import { returnedHeaders, sentHeaders, type Route } from './passedHeaders.ts';

/** What a request needs to get through. */
export type PassageOptions = {
  readonly request: IncomingMessage;
  readonly client: Duplex;
  readonly response: ServerResponse;
  /** Behind the origin, as the client sent it. */
  readonly path: string;
  readonly route: Route;
  /** The client waits for `100 Continue` before it sends the body. */
  readonly isContinueAwaited: boolean;
  /** The protocol that is asked for, with the bytes that came behind the request; null: HTTP goes on. */
  readonly upgrade: { readonly protocol: string; readonly head: Buffer } | null;
  readonly held: HeldBytes;
  /** Opens the request to the target. */
  readonly send: (method: string, path: string, headers: Headers) => ClientRequest;
  /** Called once, at the end. `release`: gives the bodies' memory back, when they are needed no longer. */
  readonly onEnd: (exchange: PassedExchange, release: () => void) => void;
};

type AnswerHead = Omit<PassedAnswer, 'body'>;

export class Passage {
  readonly #options: PassageOptions;
  readonly #sent: BodyTap;
  readonly #received: BodyTap;
  readonly #startedMs = Date.now();
  readonly #start = performance.now();
  readonly #headers: Headers;
  readonly #toTarget: ClientRequest | null;
  #answer: AnswerHead | null = null;
  #waitedMs: number | null = null;
  #isTunnel = false;
  #isContinued = false;
  #isOver = false;
  #target: Socket | null = null;

  /** Sends it off. */
  constructor(options: PassageOptions) {
    this.#options = options;
    this.#sent = new BodyTap(options.held);
    this.#received = new BodyTap(options.held);
    const { request, route, path, upgrade, send } = options;
    const isChunked = request.headers['transfer-encoding'] !== undefined;
    const hasBody = isChunked || request.headers['content-length'] !== undefined;
    const method = request.method ?? 'GET';
    const headers = sentHeaders(pairsOf(request.rawHeaders), route, { isChunked, upgrade: upgrade?.protocol ?? null });
    // Node would send no body at all in chunks.
    this.#headers = hasBody || !methodsWithBody.has(method) ? headers : [...headers, ['Content-Length', '0']];
    this.#toTarget = this.#opened(() => send(method, path, this.#headers));
    if (this.#toTarget !== null) this.#passRequest(this.#toTarget, hasBody);
  }

  /** True for a connection that carries another protocol now, which may go on for ever. */
  get isTunnel(): boolean {
    return this.#isTunnel;
  }

  /** The client's connection is gone. */
  clientGone(): void {
    this.#end(this.#isTunnel ? null : 'the client broke off');
  }

  /** Ends it, whatever is missing. `why`: for people; a tunnel simply ends. */
  cutOff(why: string): void {
    this.#end(this.#isTunnel ? null : why);
  }

  #opened(send: () => ClientRequest): ClientRequest | null {
    try {
      return send();
    } catch (error) {
      // A path or a header that Node takes from a client and does not send.
      setImmediate(() => this.#refuse(400, `this request cannot be sent on: ${errorLine(error)}`));
      return null;
    }
  }

  #passRequest(toTarget: ClientRequest, hasBody: boolean): void {
    const { request, response } = this.#options;
    toTarget
      .on('socket', (socket) => (this.#target = socket))
      .on('continue', () => {
        this.#isContinued = true;
        if (this.#options.isContinueAwaited) response.writeContinue();
      })
      .on('information', ({ statusCode, statusMessage, rawHeaders }) => {
        if (statusCode !== 100) response.socket?.write(headText(`HTTP/1.1 ${statusCode} ${statusMessage}`, pairsOf(rawHeaders)), 'latin1');
      })
      .on('response', (incoming) => this.#passAnswer(incoming))
      .on('upgrade', (incoming, socket, head) => this.#openTunnel(incoming, socket, head))
      .on('error', (error) => this.#targetFailed(error));
    response.on('error', () => this.clientGone());
    if (!hasBody) {
      toTarget.end();
      return;
    }
    request
      .on('data', (chunk: Buffer) => {
        this.#sent.add(chunk);
        if (!toTarget.destroyed && !toTarget.write(chunk)) request.pause();
      })
      .on('end', () => {
        if (toTarget.destroyed) return;
        if (request.rawTrailers.length > 0) toTarget.addTrailers(trailersOf(request.rawTrailers));
        toTarget.end();
      })
      .on('error', () => this.clientGone());
    toTarget.on('drain', () => request.resume()).on('close', () => request.resume());
    if (this.#options.isContinueAwaited || request.headers['transfer-encoding'] !== undefined) toTarget.flushHeaders();
  }

  #passAnswer(incoming: IncomingMessage): void {
    const { response, route, isContinueAwaited } = this.#options;
    const headers = this.#begin(incoming);
    // Who was not told to go on may or may not send the body now: what comes next could be either.
    const isClosing = /\bclose\b/iu.test(incoming.headers.connection ?? '') || (isContinueAwaited && !this.#isContinued);
    let isWritten = false;
    try {
      response.sendDate = false;
      response.writeHead(incoming.statusCode ?? 502, incoming.statusMessage ?? '', [...returnedHeaders(headers, route), ...(isClosing ? [['Connection', 'close'] as const] : [])].flat());
    } catch (error) {
      this.#end(`its answer cannot be passed on: ${errorLine(error)}`);
      return;
    }
    // Mostly the body's first piece is there already, and goes out with the head; where it takes its time, the head does not wait.
    setImmediate(() => {
      if (!isWritten && !this.#isOver) response.flushHeaders();
    });
    incoming
      .on('data', (chunk: Buffer) => {
        isWritten = true;
        this.#received.add(chunk);
        if (!response.write(chunk)) incoming.pause();
      })
      .on('end', () => {
        isWritten = true;
        // Node ends what was closed too soon as if it were complete.
        if (!incoming.complete) return;
        if (incoming.rawTrailers.length > 0) response.addTrailers(trailersOf(incoming.rawTrailers));
        response.end(() => this.#end(null));
      })
      .on('error', (error) => this.#targetFailed(error))
      .on('close', () => {
        if (!incoming.complete) this.#targetFailed(new Error('the connection was closed'));
      });
    response.on('drain', () => incoming.resume());
  }

  #openTunnel(incoming: IncomingMessage, target: Socket, head: Buffer): void {
    const { client, route, upgrade } = this.#options;
    const headers = this.#begin(incoming);
    this.#isTunnel = true;
    const protocol = incoming.headers.upgrade ?? upgrade?.protocol ?? '';
    client.write(headText(`HTTP/1.1 101 ${incoming.statusMessage ?? ''}`, [...returnedHeaders(headers, route), ['Connection', 'Upgrade'], ['Upgrade', protocol]]), 'latin1');
    for (const [from, to, first, tap] of [[client, target, upgrade?.head ?? Buffer.alloc(0), this.#sent], [target, client, head, this.#received]] as const) {
      const pass = (chunk: Buffer): void => {
        tap.count(chunk);
        if (!to.write(chunk)) from.pause();
      };
      if (first.length > 0) pass(first);
      from
        .on('data', pass)
        .on('end', () => to.end())
        .on('error', () => this.#end(null))
        .on('close', () => this.#end(null));
      to.on('drain', () => from.resume());
    }
  }

  /** Notes the answer's head. */
  #begin(incoming: IncomingMessage): Headers {
    const headers = pairsOf(incoming.rawHeaders);
    this.#waitedMs = performance.now() - this.#start;
    this.#answer = { status: incoming.statusCode ?? 0, statusText: incoming.statusMessage ?? '', httpVersion: incoming.httpVersion, headers };
    return headers;
  }

  #targetFailed(error: Error): void {
    if (this.#isOver) return;
    const { route, client, response } = this.#options;
    if (client.destroyed) this.clientGone();
    else if (this.#answer !== null || response.headersSent) this.#end(`the target broke off: ${errorLine(error)}`);
    // Closed while it was idle, at the moment of the next request: without a proxy the client would see that too, and know whether to try again.
    else if (this.#toTarget?.reusedSocket === true && (hasCode(error, 'ECONNRESET') || hasCode(error, 'EPIPE'))) this.#end('the target closed the connection');
    else this.#refuse(502, `${route.target.origin} ${failureText(error)}`);
  }

  /** An answer of our own, in the target's place. */
  #refuse(status: number, why: string): void {
    const { response } = this.#options;
    const body = `boomer-node record: ${why}\n`;
    response.shouldKeepAlive = false;
    response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'content-length': Buffer.byteLength(body) });
    response.end(body, () => this.#options.client.end());
    this.#over(why);
  }

  /** Null: it ended as it should. Otherwise the connections do, as nobody could tell where the next message begins. */
  #end(problem: string | null): void {
    if (this.#isOver) return;
    if (problem !== null || this.#isTunnel) {
      this.#toTarget?.destroy();
      this.#target?.destroy();
      this.#options.client.destroy();
    }
    this.#over(problem);
  }

  #over(problem: string | null): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const { request, route, path, onEnd } = this.#options;
    const exchange: PassedExchange = {
      startedMs: this.#startedMs,
      waitedMs: this.#waitedMs,
      elapsedMs: performance.now() - this.#start,
      method: request.method ?? 'GET',
      url: route.target.origin + (path.startsWith('/') ? path : `/${path}`),
      httpVersion: request.httpVersion,
      headers: this.#headers,
      body: this.#sent.body,
      answer: this.#answer === null ? null : { ...this.#answer, body: this.#received.body },
      problem,
      isTunnel: this.#isTunnel,
    };
    onEnd(exchange, () => {
      this.#sent.release();
      this.#received.release();
    });
  }
}

/** These say that they have no body. */
const methodsWithBody: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH']);

function trailersOf(raw: readonly string[]): [string, string][] {
  return pairsOf(raw).map(([name, value]) => [name, value]);
}

/** What a failed connection means, and what to do. */
function failureText(error: Error): string {
  const code = 'code' in error ? String(error.code) : '';
  if (code === 'ECONNREFUSED') return 'does not listen: start it, or name another --target';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'is a host that nobody knows: look for a typing error in --target';
  if (/CERT|SELF_SIGNED|UNABLE_TO_|ALTNAME/u.test(code)) return `has a certificate that is not trusted (${errorLine(error)}): --insecure takes any`;
  if (code === 'EPROTO' || code.startsWith('ERR_SSL')) return 'speaks no TLS: --target http://…?';
  if (code.startsWith('HPE_')) return `does not answer in HTTP/1.1: ${errorLine(error)}`;
  return `does not answer: ${errorLine(error)}`;
}
