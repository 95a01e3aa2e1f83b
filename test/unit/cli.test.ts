/** Unit tests of `src/cli`. One file for jest: a context and modules of its own for each of them would take longer than the tests. */
import './cli/boundedStream.tests.ts';
import './cli/bundleNames.tests.ts';
import './cli/commandLine.tests.ts';
import './cli/delivery.tests.ts';
import './cli/keys.tests.ts';
import './cli/layers.tests.ts';
import './cli/locustConf.tests.ts';
import './cli/recordedNumbers.tests.ts';
import './cli/runPlan.tests.ts';
import './cli/runSettings.tests.ts';
import './cli/smallParts.tests.ts';
import './cli/swarmFlags.tests.ts';
import './cli/urlScenario.tests.ts';
import './cli/verdict.tests.ts';
import './cli/workerSettings.tests.ts';
