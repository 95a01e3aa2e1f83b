/** Where the users of a thread that replay recorded traffic find the requests that they are to send. The thread installs it before the scenario is loaded. */
import type { RecordedRequest } from '../../traffic/recording.ts';
import { PerLoad } from '../../util/perLoad.ts';

/** What a user is to send. */
export type DueRequest = {
  readonly request: RecordedRequest;
  /** It is another visitor's than the one before: nothing of that is left. */
  readonly isNewVisitor: boolean;
};

/** What of a thread its users know. */
export type Replays = {
  /** What this user was let through for. */
  readonly dueFor: (user: object) => DueRequest | null;
};

const installed = new PerLoad<Replays | null>(null);

/** Makes these the replays of the thread; null: none any more. */
export function installReplays(replays: Replays | null): void {
  installed.set(replays);
}

/** Null outside a load thread, and in one that replays nothing. */
export function currentReplays(): Replays | null {
  return installed.get();
}
