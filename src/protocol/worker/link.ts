/**
 * The way to the master: which connection counts, under which identity, and what on it the master is known to have taken.
 *
 * | standing | up             | answer        | `quit` as an answer ¹ | down        | due                                                     |
 * |----------|----------------|---------------|-----------------------|-------------|---------------------------------------------------------|
 * | opening  | → asking ²     | –             | –                     | –           | –                                                       |
 * | asking   | –              | → good        | → unknown ³           | → opening   | after 1.5 s a side connection; it is answered and this one not → opening, then another identity ⁴ |
 * | good     | –              | –             | –                     | → opening   | an answer is missing for 3 s → doubted                  |
 * | doubted  | –              | → good        | → unknown ³           | → opening   | a side connection; it is answered and this one not → opening |
 * | unknown  | –              | → good        | –                     | → opening   | `ack` → good; a side connection, as asking              |
 *
 * ¹ A master answers `spawning` of a worker that it does not know with `quit` (Locust runners.py:1138-1143), and heartbeats of one
 *   that it knows: the two together always get one answer from a master that reads them.
 * ² Straight to good while no master has ever acknowledged this worker: then `client_ready` is the question.
 * ³ Another master, or this one after it has forgotten us: see `masterBack.ts`.
 * ⁴ The master's ROUTER has no handover: while it holds a dead connection of an identity it never hears another one. First the
 *   side connection has the master write on the dead one (an answer to a heartbeat in our name), which breaks it if the network
 *   can; a connection that stays mute after that is given up for one under the identity of the side connection.
 *
 * Only a good connection carries anything but questions. Since a connection keeps the order and a master answers each heartbeat,
 * an answer to a heartbeat proves that what was sent before it was taken. Reports are sent right after an answer and are followed
 * by a heartbeat, so that a connection has to break within one round trip for its fate to be unknown.
 */
export type Standing = 'opening' | 'asking' | 'good' | 'doubted' | 'unknown';

/** A report that the master is not yet known to have taken. */
export type UnconfirmedReport = {
  /** Answers to heartbeats until one proves it. */
  readonly answersUntilTaken: number;
};

/** A second connection, to find out whether the master reads at all. */
export type Side = {
  readonly connection: number;
  readonly identity: number;
  readonly isUp: boolean;
  /** When the master answered on it; null before. */
  readonly answeredAtMs: number | null;
};

export type Link = {
  readonly standing: Standing;
  /** The one that counts. Numbers only grow. */
  readonly connection: number;
  /** Under which it was opened; 0 is the worker's first. Numbers only grow. */
  readonly identity: number;
  /** The last number given to a connection, and to an identity. */
  readonly lastConnection: number;
  readonly lastIdentity: number;
  /** Since when the master owes an answer on the connection; null when it owes none. */
  readonly owedSinceMs: number | null;
  /** `spawning` was said as a question and has no answer: a `quit` would be it. */
  readonly isAsked: boolean;
  /** Heartbeats in our name on the side connection, whose answers may come on this one. */
  readonly strayAnswers: number;
  readonly unconfirmed: readonly UnconfirmedReport[];
  /** A report is due and waits for the next answer. */
  readonly isReportDue: boolean;
  /** The master wants another connection: this one ends when everything on it is answered. */
  readonly isRenewalDue: boolean;
  /** Connections of this identity that stayed mute beside a master that answers. */
  readonly muteCount: number;
  readonly side: Side | null;
};

/** The link of a worker that has not connected yet. */
export const firstLink: Link = {
  standing: 'opening',
  connection: 0,
  identity: 0,
  lastConnection: 0,
  lastIdentity: 0,
  owedSinceMs: null,
  isAsked: false,
  strayAnswers: 0,
  unconfirmed: [],
  isReportDue: false,
  isRenewalDue: false,
  muteCount: 0,
  side: null,
};
