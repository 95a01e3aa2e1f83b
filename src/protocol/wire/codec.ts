/**
 * Frames of Locust's protocol: one msgpack array `[type, data, node_id]` (Locust rpc/protocol.py, `Message`).
 */
import { BoomerError } from '../../util/boomerError.ts';
import { errorLine } from '../../util/errorText.ts';
import type { Steps } from '../../util/steps.ts';
import { isList } from '../../util/typeGuards.ts';
import { decodeValue } from './decoder.ts';
import { EncodedValue, encodeValue, encodeValueInSteps, UnencodableError } from './encoder.ts';
import { ackOf, describe, locustfileOf, spawningCompleteOf, spawnOf, updateUserClassOf } from './masterData.ts';
import type { MasterMessage, StatsData, WorkerMessage } from './messages.ts';
import { wireDataOf, wireTypeOf } from './workerData.ts';

/**
 * Larger frames of the master end its connection before they are read (`ZMQ_MAXMSGSIZE`): with `maxIncomingValues` it bounds what one
 * costs to about a second and 400 MB. Those of a Locust master are a few kilobytes; the rest is room for test data in custom messages.
 */
export const maxFrameBytes: number = 16 * 1024 * 1024;

/** Larger data of a custom message, or of one extra key of a report, is refused. */
export const maxCustomBytes: number = 16 * 1024 * 1024;

/** A frame of the master, read or refused. */
export type Decoded =
  | { readonly ok: true; readonly message: MasterMessage }
  /** `kind` is one of few words and so fit to log once each; `reason` says what was expected and what came. */
  | { readonly ok: false; readonly kind: RefusalKind; readonly reason: string };

/** Why a frame was refused, as one of few words; `bad-` and a type: its data has another shape. */
export type RefusalKind = 'oversized' | 'not-msgpack' | 'not-a-message' | `bad-${string}`;

/**
 * The frame of `message`, said by the worker `nodeId` (its socket's identity).
 *
 * Throws a BoomerError for a `custom` message only: `unencodable-message` when its data cannot be sent (see
 * `encodeValue`; larger than `maxCustomBytes`), `reserved-message-type` when its name is one of Locust's own.
 */
export function encodeMessage(message: WorkerMessage, nodeId: string): Uint8Array {
  const type = wireTypeOf(message);
  const data = message.type === 'custom' ? encodeCustomData(message.data, `message "${type}"`) : wireDataOf(message);
  return encodeValue([type, data, nodeId], Infinity);
}

/** The frame of a report in steps (see util/steps): one of thousands of names takes a tenth of a second. */
export function* encodeStatsInSteps(data: StatsData, nodeId: string): Steps<Uint8Array> {
  const message: WorkerMessage = { type: 'stats', data };
  return yield* encodeValueInSteps([wireTypeOf(message), wireDataOf(message), nodeId]);
}

/**
 * Data from outside, encoded once and for all: what has passed cannot fail or change when its message is built.
 * `what` names it in the error. Throws a BoomerError `unencodable-message`.
 */
export function encodeCustomData(data: unknown, what: string): EncodedValue {
  try {
    return new EncodedValue(encodeValue(data, maxCustomBytes));
  } catch (cause) {
    // What the data's own code threw may be anything, and is named in full.
    const reason = cause instanceof UnencodableError ? cause.message : errorLine(cause);
    throw new BoomerError('unencodable-message', `The data of ${what} cannot be sent: ${reason}.`, { cause });
  }
}

/** Reads a frame of the master; never throws. An unknown type is a custom message, whatever its data. */
export function decodeMessage(frame: Uint8Array): Decoded {
  if (frame.byteLength > maxFrameBytes) {
    return refused('oversized', `expected at most ${maxFrameBytes} bytes, came ${frame.byteLength}`);
  }
  let value: unknown;
  try {
    value = decodeValue(frame);
  } catch (error) {
    return refused('not-msgpack', `expected one msgpack value, came ${frame.byteLength} bytes: ${phraseOf(error)}`);
  }
  if (!isList(value) || value.length !== 3) {
    return refused('not-a-message', `expected an array of 3 [type, data, node id], came ${describe(value)}`);
  }
  const [type, data] = value;
  if (typeof type !== 'string') {
    return refused('not-a-message', `expected a text as the message's type, came ${describe(type)}`);
  }
  try {
    return { ok: true, message: masterMessageOf(type, data) };
  } catch (error) {
    return refused(`bad-${type}`, `${type}: ${phraseOf(error)}`);
  }
}

/** Data of messages that have none is not looked at: a later master may add some. */
function masterMessageOf(type: string, data: unknown): MasterMessage {
  switch (type) {
    case 'ack':
      return { type, data: ackOf(data) };
    case 'spawn':
      return { type, data: spawnOf(data) };
    case 'stop':
    case 'quit':
    case 'heartbeat':
    case 'reconnect':
      return { type };
    case 'spawning_complete':
      return { type, data: spawningCompleteOf(data) };
    case 'update_user_class':
      return { type, data: updateUserClassOf(data) };
    case 'locustfile':
      return { type, data: locustfileOf(data) };
    default:
      return { type: 'custom', name: type, data };
  }
}

function refused(kind: RefusalKind, reason: string): Decoded {
  return { ok: false, kind, reason };
}

function phraseOf(error: unknown): string {
  return error instanceof Error ? error.message : describe(error);
}
