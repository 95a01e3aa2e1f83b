/** Unit tests of `src/cli`. One file for jest: a context and modules of its own for each of them would take longer than the tests. */
import './cli/arrivalNews.tests.ts';
import './cli/commandLine.tests.ts';
import './cli/importCommand.tests.ts';
import './cli/keys.tests.ts';
import './cli/readText.tests.ts';
import './cli/recordRequest.tests.ts';
import './cli/replayCommand.tests.ts';
import './cli/scenarioLook.tests.ts';
import './cli/smallParts.tests.ts';
import './cli/swarmFlags.tests.ts';
import './cli/urlScenario.tests.ts';
