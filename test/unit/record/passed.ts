/** Exchanges as the proxy hands them over. */
import type { KeptBody, PassedExchange } from '../../../src/record/passedExchange.ts';

/** Of text, all of it kept. */
export function kept(text: string | Buffer): KeptBody {
  const bytes = Buffer.from(text);
  return { bytes, totalBytes: bytes.length };
}

/** A request without a body that was answered by nothing, but for what is given. */
export function passed(own: Partial<PassedExchange> = {}): PassedExchange {
  return { startedMs: 1_764_428_400_000, waitedMs: null, elapsedMs: 12.5, method: 'GET', url: 'http://s.example/', httpVersion: '1.1', headers: [], body: kept(''), answer: null, problem: null, isTunnel: false, ...own };
}
