/** What a worker says when it ends: what was recorded, and what became of it. */
import type { Books, Count } from './recordedNumbers.ts';

/** The first two members of the file. A new version is for whoever must read old files differently. */
export const deliveryFormat = 'boomer-node worker';
export const deliveryVersion = 1;

/** The worker that the file is about; stamps are Unix seconds. */
export type DeliveryMeta = {
  readonly nodeId: string;
  readonly masterAddress: string;
  readonly startSec: number;
  readonly endSec: number;
  readonly exitCode: number;
};

/** True when the master is known to have everything that was meant for it. */
export function isAllDelivered({ undelivered, unconfirmed }: Books): boolean {
  return isNothing(undelivered) && isNothing(unconfirmed);
}

/**
 * `delivered 5 requests, 1 failures; not confirmed 0 requests, 0 failures; not delivered 0 requests, 0 failures`. What is missing is most
 * often what ended after a headless master's `quit`, which is worth a word.
 */
export function deliveryLine(books: Books): string {
  const { delivered, unconfirmed, undelivered, reset } = books;
  const parts = [`delivered ${text(delivered)}`, `not confirmed ${text(unconfirmed)}`, `not delivered ${text(undelivered)}`];
  if (!isNothing(reset)) parts.push(`dropped by --reset-stats ${text(reset)}`);
  if (!isAllDelivered(books)) parts.push('a master that quits listens for half a second more, one whose test is stopped waits for its workers');
  return parts.join('; ');
}

/** The content of `--summary-export`: one JSON object. */
export function deliveryFile(books: Books, meta: DeliveryMeta): string {
  return `${JSON.stringify({ format: deliveryFormat, version: deliveryVersion, meta, ...books })}\n`;
}

function isNothing({ requests, failures }: Count): boolean {
  return requests === 0 && failures === 0;
}

function text({ requests, failures }: Count): string {
  return `${requests} requests, ${failures} failures`;
}
