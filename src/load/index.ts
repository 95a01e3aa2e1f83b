/** `boomer-node/load`: a load test as a function, for any program and any test runner. */
export { load } from './load.ts';
export type { AnyUserClass, LoadOptions, LoadProgress } from './loadOptions.ts';
export { LoadHistogram, LoadResult, type LoadRow } from './loadResult.ts';
