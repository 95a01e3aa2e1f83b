/**
 * The body of a request.
 */
import { BoomerError } from '../util/boomerError.ts';
import type { RequestOptions } from './requestOptions.ts';

/** What goes over the wire: text as UTF-8, or bytes. */
export type RequestBody = string | Uint8Array | ArrayBuffer;

/** The body that the options ask for, null for none; throws a BoomerError for what cannot be sent. */
export function encodeBody(options: RequestOptions): RequestBody | null {
  if (options.json !== undefined) return encodeJson(options.json);
  const { body } = options;
  if (body === undefined) return null;
  if (typeof body === 'string' || body instanceof Uint8Array || body instanceof ArrayBuffer) return body;
  throw new BoomerError('bad-request-body', `body must be a string or bytes, not ${typeof body}: objects go into json`);
}

function encodeJson(value: unknown): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch (cause) {
    throw new BoomerError('bad-request-body', 'json cannot be written as JSON (see the cause)', { cause });
  }
  if (text === undefined) throw new BoomerError('bad-request-body', `json cannot be written as JSON: it is a ${typeof value}`);
  return text;
}
