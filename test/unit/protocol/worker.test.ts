/** Unit tests of `src/protocol/worker`. One file for jest: a context and modules of its own for each of them would take longer than the tests. */
import './worker/agent.tests.ts';
import './worker/classPlan.tests.ts';
import './worker/connecting.tests.ts';
import './worker/heartbeats.tests.ts';
import './worker/initWait.tests.ts';
import './worker/longReports.tests.ts';
import './worker/machineTable.tests.ts';
import './worker/masterClock.tests.ts';
import './worker/masterPlugIn.tests.ts';
import './worker/quitting.tests.ts';
import './worker/silence.tests.ts';
import './worker/smallParts.tests.ts';
import './worker/spawning.tests.ts';
import './worker/stopping.tests.ts';
import './worker/throttles.tests.ts';
