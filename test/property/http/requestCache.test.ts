import fc from 'fast-check';
import { RequestCache } from '../../../src/http/request/requestCache.ts';

/** As its users do. */
function ask(cache: RequestCache<string>, method: string, path: string): { readonly value: string; readonly isKnown: boolean } {
  const known = cache.get(method, path);
  if (known !== undefined) return { value: known, isKnown: true };
  return { value: cache.set(method, path, cache.placeFor(path), `${method} ${path}`), isKnown: false };
}

it('never gives the value of another request', () => {
  const path = fc.oneof(fc.integer({ min: 0, max: 3000 }).map((id) => `/item/${id}`), fc.string({ maxLength: 80 }));
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom('GET', 'POST'), path), { maxLength: 2000 }), (asked) => {
      const cache = new RequestCache<string>();
      return asked.every(([method, each]) => ask(cache, method, each).value === `${method} ${each}`);
    }),
    { numRuns: 20 },
  );
});

it('keeps a few, and gives a place that is not used to one that comes twice', () => {
  const cache = new RequestCache<string>();
  for (let at = 0; at < 5000; at += 1) ask(cache, 'GET', `/old/${at}`);
  for (let round = 0; round < 40; round += 1) for (const path of ['/new/a', '/new/b', '/new/c']) for (let twice = 0; twice < 2; twice += 1) ask(cache, 'GET', path);
  for (const path of ['/new/a', '/new/b', '/new/c']) expect(ask(cache, 'GET', path).isKnown).toBe(true);
});

it('keeps what comes again while others pass by once', () => {
  const cache = new RequestCache<string>();
  const often = Array.from({ length: 20 }, (_, at) => `/often/${at}`);
  for (const path of often) ask(cache, 'GET', path);
  let found = 0;
  for (let at = 0; at < 20_000; at += 1) {
    ask(cache, 'GET', `/once/${at}`);
    if (ask(cache, 'GET', often[at % often.length] ?? '').isKnown) found += 1;
  }
  expect(found).toBeGreaterThan(18_000);
});
