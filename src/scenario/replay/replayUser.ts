/**
 * A user that sends recorded traffic: whose task is the request that has come due.
 */
import type { HttpResponse } from '../../http/response/httpResponse.ts';
import type { RecordedRequest } from '../../traffic/recording.ts';
import { replayedRequest, rowOf, sentHeaders, type ReplayHeaders, type ReplayRequest } from '../../traffic/replay/replayedRequest.ts';
import { BoomerError } from '../../util/boomerError.ts';
import { PerLoad } from '../../util/perLoad.ts';
import { printed } from '../../util/printed.ts';
import { isObject } from '../../util/typeGuards.ts';
import { FastHttpUser } from '../httpUser.ts';
import type { TaskList } from '../taskList.ts';
import { contextOf } from '../user.ts';
import type { Replay } from './replay.ts';

/**
 * Extend it to replay a capture:
 *
 * ```ts
 * export class Captured extends ReplayUser {
 *   static override replay = replay('traffic.gor', { speed: 2, only: 'GET /api/*' });
 * }
 * ```
 *
 * Each visitor of the capture is a user, with a connection and cookies of its own. Requests begin at their moments, whoever is
 * still waiting for an answer; users come as visitors do, however many the test is said to have. Redirects are not followed: what followed was recorded.
 */
export abstract class ReplayUser extends FastHttpUser {
  static override abstract = true;
  static override tasks: TaskList = { replayed: 1 };
  /** What is replayed: `replay('traffic.gor')`. */
  static replay?: Replay;

  #origin: string | null = null;

  /** Its one task: sends what has come due. */
  async replayed(): Promise<void> {
    const due = installed.get()?.dueFor(contextOf(this)) ?? null;
    if (due === null) throw new BoomerError('bad-replay', `${this.constructor.name} has no request to send: requests come due in a test only, not in a task that is run once`);
    if (due.isNewVisitor) this.client.cookies.clear();
    const request = replayedRequest(due.request);
    const { path, name } = request;
    const changed = (this.constructor as typeof ReplayUser).replay?.rewrite(request);
    if (changed === null) return;
    const sent = checkedRequest(changed ?? request);
    // Another path has another row, unless somebody says which.
    if (sent.path !== path && sent.name === name) sent.name = rowOf(sent.path);
    await this.send(sent);
  }

  /** Sends one request and records it; override it to look at the answer. A cookie that an answer has set goes before the recorded one of its name. */
  protected send({ method, path, headers, body, name }: ReplayRequest): Promise<HttpResponse> {
    return this.client.request(method, path, { name, headers: sentHeaders(this.#withOwnCookies(headers, path)), allowRedirects: false, ...(body === null ? {} : { body }) });
  }

  /** Those that the client sends by itself where no cookie was recorded. */
  #withOwnCookies(headers: ReplayHeaders, path: string): ReplayHeaders {
    const { cookie } = headers;
    if (typeof cookie !== 'string' || this.host === null) return headers;
    const own = this.client.cookies.header((this.#origin ??= new URL(this.host).origin), path);
    if (own === null) return headers;
    const ownNames = new Set(own.split('; ').map(nameOf));
    return { ...headers, cookie: [...cookie.split(/;\s*/u).filter((pair) => !ownNames.has(nameOf(pair))), own].join('; ') };
  }
}

/** What a function of somebody's returned. */
function checkedRequest(sent: ReplayRequest): ReplayRequest {
  const { method, path, headers }: Partial<ReplayRequest> = isObject(sent) ? sent : {};
  if (typeof method === 'string' && typeof path === 'string' && isObject(headers)) return sent;
  throw new BoomerError('bad-replay', `replay: rewrite expects to return nothing, null or a request with method, path and headers, got ${printed(sent)}${sent instanceof Promise ? ': it cannot be async' : ''}`);
}

function nameOf(pair: string): string {
  const at = pair.indexOf('=');
  return at < 0 ? pair : pair.slice(0, at);
}

/** What a user is to send. */
export type DueRequest = {
  readonly request: RecordedRequest;
  /** It is another visitor's than the one before: nothing of that is left. */
  readonly isNewVisitor: boolean;
};

/** What of a thread its replaying users know. */
export type Replays = {
  /** What this user was let through for. */
  readonly dueFor: (user: object) => DueRequest | null;
};

const installed = new PerLoad<Replays | null>(null);

/** Makes these the replays of the thread, before its users are made; null: it replays nothing. */
export function installReplays(replays: Replays | null): void {
  installed.set(replays);
}
