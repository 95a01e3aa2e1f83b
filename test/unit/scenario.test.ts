/** Unit tests of `src/scenario`. One file for jest: a context and modules of its own for each of them would take longer than the tests. */
import './scenario/boomerTask.tests.ts';
import './scenario/collectTasks.tests.ts';
import './scenario/declaredOptions.tests.ts';
import './scenario/eventHook.tests.ts';
import './scenario/feeders/badUse.tests.ts';
import './scenario/feeders/csvFile.tests.ts';
import './scenario/feeders/feedShare.tests.ts';
import './scenario/feeders/feeder.tests.ts';
import './scenario/feeders/jsonFile.tests.ts';
import './scenario/feeders/types.tests.ts';
import './scenario/metrics.tests.ts';
import './scenario/options.tests.ts';
import './scenario/replay.tests.ts';
import './scenario/scenarioHost.tests.ts';
import './scenario/task.tests.ts';
import './scenario/user.tests.ts';
import './scenario/waitTime.tests.ts';
