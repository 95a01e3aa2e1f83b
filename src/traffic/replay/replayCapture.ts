/** Which requests of a capture are sent again, and whose they are. */
import { BoomerError } from '../../util/boomerError.ts';
import { counted } from '../../util/counted.ts';
import type { Exchange, StreamNotes } from '../recording.ts';
import { pathOf, replayedRequest, whyLeftOut, type ReplayRequest } from './replayedRequest.ts';
import type { RequestPattern } from './requestPattern.ts';
import { visitedOrigin } from '../selection.ts';
import { Sessions } from '../sessions.ts';
import { holdsStandIn } from '../standIn.ts';
import type { UnreadExchange } from '../readers/window.ts';

/** By what visitors are told apart: all that says who somebody is, the cookie of a session, the address, or nothing: each request stands for itself. */
export type VisitorKind = 'visitor' | 'cookie' | 'address' | 'none';

/** All there are; the first one is what holds unless somebody says otherwise. */
export const visitorKinds: readonly VisitorKind[] = ['visitor', 'cookie', 'address', 'none'];

/** What somebody chose of a capture. */
export type CaptureChoice = {
  /** Empty: all requests. */
  readonly only: readonly RequestPattern[];
  readonly session: VisitorKind;
};

/** A capture from its beginning, some requests at a time; `notes` say what it is when the first ones come. */
export type OpenCapture = (path: string, notes: StreamNotes) => AsyncIterable<readonly UnreadExchange[]>;

/** Decides on the requests of one reading of a capture, in their order. */
export class CaptureSelection {
  /** Requests that are not sent, by why, as the end of `12 requests …`. */
  readonly leftOut: Map<string, number> = new Map();
  readonly #choice: CaptureChoice;
  readonly #notes: Pick<StreamNotes, 'kind'>;
  readonly #sessions = new Sessions();
  readonly #origin: string | null;

  /** `origin`: of the site that was visited, whose requests alone are sent; null: where they went says nothing. */
  constructor(choice: CaptureChoice, notes: Pick<StreamNotes, 'kind'>, origin: string | null) {
    this.#choice = choice;
    this.#notes = notes;
    this.#origin = origin;
  }

  /** False for a request that is not sent, which is counted. */
  takes(exchange: Exchange): boolean {
    const why = this.#whyNot(exchange);
    if (why !== null) this.leftOut.set(why, (this.leftOut.get(why) ?? 0) + 1);
    return why === null;
  }

  /** The same text for all requests of one visitor; null: it stands for itself. A HAR is one person's, whoever that is to the site. To be asked of those too that are not sent: a log-in among them gives the session another number. */
  visitorOf(exchange: Exchange): string | null {
    switch (this.#choice.session) {
      case 'none':
        return null;
      case 'visitor':
        return isHar(this.#notes) ? 'visitor' : this.#sessions.keyOf(exchange);
      case 'cookie': {
        const key = this.#sessions.keyOf(exchange);
        return key?.startsWith('cookie') === true ? key : null;
      }
      case 'address':
        return this.#sessions.keyOf(withoutNames(exchange));
    }
  }

  #whyNot(exchange: Exchange): string | null {
    const { only } = this.#choice;
    const { method, url } = exchange.request;
    if (this.#origin !== null && new URL(url).origin !== this.#origin) return `to other sites than ${this.#origin}`;
    if (only.length > 0 && !only.some((isMeant) => isMeant(method, pathOf(url)))) return 'that no pattern names';
    return whyLeftOut(exchange);
  }
}

/** Of what tells who somebody is, only the address and the browser are left. */
function withoutNames(exchange: Exchange): Exchange {
  const { request } = exchange;
  return { ...exchange, answer: null, request: { ...request, headers: request.headers.filter(([name]) => !/^(?:cookie|authorization)$/iu.test(name)) } };
}

/** What was seen at the beginning of a capture, of requests that are sent. */
export type CaptureStart = {
  readonly looked: number;
  /** Of these, requests with stand-ins in place of secrets (`boomer-node record` without `--keep-secrets`). */
  readonly withStandIns: number;
  /** Of a HAR, that of the site that was visited; null: of captures of one site where they went says nothing. */
  readonly origin: string | null;
};

/** Enough to tell what a capture is like. */
const maxLooked = 1000;

/** Looks at the first thousand requests that are sent; throws a BoomerError when there is none. `name`: the file's, for messages. */
export async function checkCapture(name: string, path: string, open: OpenCapture, choice: CaptureChoice): Promise<CaptureStart> {
  const notes: StreamNotes = { kind: '', remarks: [] };
  const origin = await originIn(path, open);
  const selection = new CaptureSelection(choice, notes, origin);
  let looked = 0;
  let withStandIns = 0;
  for await (const batch of open(path, notes)) {
    for (const unread of batch) {
      const exchange = unread.read();
      if (!selection.takes(exchange)) continue;
      looked += 1;
      if (hasStandIn(replayedRequest(exchange.request))) withStandIns += 1;
      if (looked === maxLooked) return { looked, withStandIns, origin };
    }
  }
  if (looked > 0) return { looked, withStandIns, origin };
  const reasons = Array.from(selection.leftOut, ([why, count]) => `${counted(count, 'request')} ${why}`);
  throw new BoomerError('bad-replay', `${name}: there is nothing to replay: ${reasons.length === 0 ? 'it holds no request' : `left out were ${reasons.join(', ')}`}`);
}

/** As import finds it, so that what leads there (another scheme, the name without `www.`, a page of another site) is not taken for it. */
async function originIn(path: string, open: OpenCapture): Promise<string | null> {
  const notes: StreamNotes = { kind: '', remarks: [] };
  const first: Exchange[] = [];
  for await (const batch of open(path, notes)) {
    if (!isHar(notes)) return null;
    first.push(...batch.map((unread) => unread.read()).filter(({ request, answer }) => /^https?:/iu.test(request.url) && answer?.status !== 0));
    if (first.length >= maxLooked) break;
  }
  return visitedOrigin(first);
}

function isHar({ kind }: Pick<StreamNotes, 'kind'>): boolean {
  return kind.startsWith('HAR');
}

/** What somebody should know before it is replayed; null: nothing. */
export function standInWarning(name: string, { looked, withStandIns }: Omit<CaptureStart, 'origin'>): string | null {
  if (withStandIns === 0) return null;
  const of = looked === maxLooked ? `of its first ${maxLooked} requests` : `of ${counted(looked, 'request')}`;
  return `${name}: ${withStandIns} ${of} have stand-ins (redacted-…) where passwords, cookies and tokens were, and are sent with these: whoever has to be known to the site will not be. Record with --keep-secrets, or put values of your own in (--header, rewrite)`;
}

function hasStandIn({ path, headers, body }: ReplayRequest): boolean {
  return holdsStandIn(path) || Object.values(headers).some((value) => [value].flat().some(holdsStandIn)) || (typeof body === 'string' && holdsStandIn(body));
}
