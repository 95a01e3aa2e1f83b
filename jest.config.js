/**
 * Two projects: `fast` (pure code, no processes, about 15 s on two cores) and `slow` (real threads, sockets, masters and processes; and laws over
 * thousands of random inputs).
 * Both run TypeScript as ESM; types are checked by `npm run typecheck`, so the transform only strips them.
 */
const common = {
  // Else jest would look through node_modules and locust/.venv, too, each time that it has no cache.
  roots: ['<rootDir>/src', '<rootDir>/test'],
  extensionsToTreatAsEsm: ['.ts'],
  testEnvironment: 'node',
  transform: { '^.+\\.ts$': '<rootDir>/test/support/stripTypes.js' },
  // TypeScript rewrites relative `.ts` imports to `.js` when it compiles; here the sources are what runs.
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
};

export default {
  // The script of the HTML report's page, which is no module of ours when it runs.
  globalSetup: '<rootDir>/src/outputs/html/page/bundle.js',
  testSequencer: '<rootDir>/test/support/longestFirst.js',
  // Most of the slow tests wait for a master's beats: five at a time keep two cores busy without crowding them.
  maxWorkers: 5,
  projects: [
    { ...common, displayName: 'fast', testMatch: ['<rootDir>/test/{unit,golden}/**/*.test.ts'] },
    { ...common, displayName: 'slow', testMatch: ['<rootDir>/test/{property,fuzz,conformance,threads,cli,run,package,e2e,parity,types,docs}/**/*.test.ts'] },
  ],
  // A worker that is done is at its end within a millisecond, but it may hold a gigabyte of compiled modules, and a busy machine takes more than jest's half
  // second to take that back. What does keep one alive is still told of.
  workerGracefulExitTimeout: 10_000,
  // Of what never ends; nothing takes that long, on a busy machine either.
  testTimeout: 180_000,
};
