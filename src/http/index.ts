/** `boomer-node/http`: the types of `this.client`, its options and its answers, for helpers that name them. */
export type { HttpClient } from './httpClient.ts';
export type { HttpDefaults, TlsOptions } from './httpDefaults.ts';
export type { CatchOptions, Check, RequestOptions, StreamOptions } from './request/requestOptions.ts';
export type { BodyStream, FieldValues, FilePart, Multipart, MultipartValue, PartContent } from './request/requestBody.ts';
export type { Credentials, HeaderValue, HeaderValues, UserHeaders } from './request/requestHeaders.ts';
export type { QueryValues, RequestNaming } from './request/requestTarget.ts';
export type { Cookies } from './cookies.ts';
export type { ContentCoding } from './response/contentCoding.ts';
export type { CaughtResponse } from './response/endedRequest.ts';
export type { FailedResponse, HttpResponse, JudgedResponse, Redirect } from './response/httpResponse.ts';
export type { RequestContext } from './request/requestContext.ts';
export type { StreamedResponse } from './response/streamedResponse.ts';
export type { ResponseHeaders } from './response/responseHeaders.ts';
export type { RestOptions, RestResponse } from './rest.ts';
