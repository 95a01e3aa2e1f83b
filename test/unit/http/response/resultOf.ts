/** How a request ended, for tests of what comes after. */
import type { ClientServices } from '../../../../src/http/httpRequest.ts';
import type { RequestSettings } from '../../../../src/http/request/requestPlan.ts';
import { Answer } from '../../../../src/http/response/answer.ts';
import { bodyLimits, BodyMemory } from '../../../../src/http/response/bodyLimits.ts';
import { OpenResponses } from '../../../../src/http/response/endedRequest.ts';
import type { RequestResult } from '../../../../src/http/response/httpResponse.ts';
import { recordingSink } from '../../../support/recordingSink.ts';

/** A `GET http://h:1/x?y` that ended well, but for what is named. */
export function resultOf(parts: Partial<RequestResult> & { readonly services?: Partial<Omit<ClientServices, 'settings'> & RequestSettings> }): RequestResult & { readonly services: ClientServices } {
  const { services = {}, ...rest } = parts;
  const { timeouts = { headersMs: 1, bodyMs: 1, connectMs: 1 }, maxRedirects = 30, bodyLimits: limits = bodyLimits(1024 * 1024, new BodyMemory(Infinity)), actedOn = 0, ...others } = services;
  return {
    services: {
      sink: recordingSink(),
      failures: null,
      openResponses: new OpenResponses(null),
      settings: { timeouts, maxRedirects, bodyLimits: limits, actedOn },
      send: () => undefined,
      forget: () => undefined,
      keepCookies: () => undefined,
      refuse: (reason) => Promise.reject(reason),
      ...others,
    },
    phase: 1,
    method: 'GET',
    name: '/x',
    answer: new Answer(),
    partial: null,
    elapsedMs: 1,
    endMs: 1,
    error: null,
    cause: null,
    history: [],
    isSilent: false,
    context: null,
    origin: 'http://h:1',
    request: { method: 'GET', path: '/x?y', headers: ['accept', '*/*'], isOneOff: false, memo: null, cookie: null, body: null },
    ...rest,
  };
}
