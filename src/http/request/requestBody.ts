/**
 * The body of a request, and the content type that goes with it.
 */
import { BoomerError } from '../../util/boomerError.ts';
import { isStream, keepQuiet } from './bodyStream.ts';
import type { EncodedBody } from './bodyStream.ts';
import { encodeMultipart } from './multipart.ts';
import type { RequestOptions } from './requestOptions.ts';
import { searchParams } from './requestTarget.ts';

const noBody: EncodedBody = { body: null, contentType: null, contentLength: null };

/** The body that the options ask for; throws a BoomerError for what cannot be sent. */
export function encodeBody(options: RequestOptions): EncodedBody {
  const { json, form, multipart, body } = options;
  if (json !== undefined) return { body: encodeJson(json), contentType: 'application/json', contentLength: null };
  if (form !== undefined) return { body: encodeForm(form), contentType: 'application/x-www-form-urlencoded', contentLength: null };
  if (multipart !== undefined) return encodeMultipart(multipart);
  if (body === undefined) return noBody;
  if (isStream(body)) {
    if (body instanceof ReadableStream && body.locked) throw new BoomerError('bad-request-body', 'body is a stream that somebody else reads: make a new one for each request');
    keepQuiet(body);
  }
  if (typeof body === 'string' || body instanceof Uint8Array || body instanceof ArrayBuffer || isStream(body)) return { body, contentType: null, contentLength: null };
  if (body instanceof Blob) return { body: body.stream(), contentType: body.type === '' ? null : body.type, contentLength: body.size };
  throw new BoomerError('bad-request-body', `body must be a string, bytes, a Blob or a stream, not ${typeof body}: objects go into json or form`);
}

function encodeForm(form: NonNullable<RequestOptions['form']>): string {
  if (form instanceof URLSearchParams) return form.toString();
  if (typeof form !== 'object' || form === null) throw new BoomerError('bad-request-body', `form must be an object of fields, not ${typeof form}`);
  return searchParams(form).toString();
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
