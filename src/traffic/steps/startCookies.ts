/** Cookies that a browser had before the recording began: no answer of it brings them. */
import { cookiePairs, headerOf } from '../recording.ts';
import type { Step } from './step.ts';

/** As one header; null: none. Those of analytics are nobody's. */
export function startCookies(steps: readonly Step[], origin: string | null): string | null {
  const set = new Set<string>();
  const found = new Map<string, string>();
  for (const { visit, origin: own } of steps) {
    if (own === origin) for (const [name, value] of cookiePairs(headerOf(visit.request.headers, 'cookie') ?? '')) if (!set.has(name) && !found.has(name) && !analytics.test(name)) found.set(name, value);
    for (const { answer } of [visit, ...visit.redirects]) {
      for (const [name, value] of answer?.headers ?? []) if (name.toLowerCase() === 'set-cookie') for (const line of value.split('\n')) set.add(line.split('=', 1)[0]?.trim() ?? '');
    }
  }
  return found.size === 0 ? null : [...found].map(([name, value]) => `${name}=${value}`).join('; ');
}

const analytics = /^(?:_ga|_gid|_gat|_gcl|_fbp|_fbc|_hj|_pk_|_uet|__utm|__gads|__gpi|_clck|_clsk|ajs_|amplitude|mp_|optimizely|_dc_gtm|_parsely|OptanonConsent|AMCV|s_cc$|s_sq$|_scid|_tt_|_pin_|_rdt_|ki_|kndctr)/u;
