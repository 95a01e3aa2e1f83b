/**
 * The longest files first, also where jest has not seen them yet: it would go by their size, and begin last what is long and
 * short to write, such as a room's list of files, so that one core stands still at the end.
 */
import Sequencer from '@jest/test-sequencer';

/** Rough seconds of files that take long, on two busy cores; only their order matters. */
const seconds = new Map(
  Object.entries({
    'conformance/conformance': 144, 'e2e/locustfile': 139, 'e2e/exactCounts': 134, 'e2e/demo': 112, 'e2e/chaos': 91, 'e2e/numbers': 82, 'threads/feedLocust': 80,
    'e2e/venv': 75, 'e2e/swarm': 65, 'parity/pairs': 57, 'threads/poolFaults': 57, 'e2e/exceptions': 57, 'docs/commands': 48, 'docs/scenarioPages': 48,
    'property/scenario/uniqueRows': 44, 'run/schedules': 43, 'property/protocol/worker/exploration': 42, 'e2e/examplesRedis': 42, 'cli/unreadOutput': 40,
    'types/publicTypes': 40, 'run/endings': 40, 'e2e/shipped': 38, 'e2e/examples': 35, 'e2e/examplesGrpc': 34, 'e2e/examplesSse': 32, 'e2e/lostOrders': 31,
    'threads/httpMisbehaviour': 30, 'run/troubles': 30, 'e2e/examplesPostgres': 30, 'cli/flags': 28, 'cli/locustfile': 25, 'e2e/examplesWebSocket': 24,
    'package/pack': 24, 'cli/scenarios': 23, 'e2e/storm': 23, 'property/compare/compareRuns': 21, 'run/clockSteps': 19, 'run/compare': 19, 'run/parsedOptions': 17,
    'cli/choices': 16, 'cli/worker': 16, 'run/hangUp': 16, 'cli/configuration': 16, 'threads/httpBodyLimits': 16, 'run/files': 15, 'cli/bench': 14, 'e2e/logOut': 13,
    'threads/pace': 13, 'threads/pool': 10,
    'unit/http': 7, 'unit/engine/thread': 6, 'unit/cli': 5, 'unit/outputs': 5, 'unit/protocol/worker': 4, 'unit/stats': 3, 'unit/scenario': 3,
  }),
);
const usualSeconds = 2;

export default class LongestFirst extends Sequencer {
  /** Milliseconds that a file took the last time, or may take. */
  time(test) {
    return super.time(test) ?? 1000 * (seconds.get(/test\/(.*)\.test\.ts$/u.exec(test.path)?.[1]) ?? usualSeconds);
  }
}
