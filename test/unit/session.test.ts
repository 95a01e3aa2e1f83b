/** Unit tests of `src/session`. One file for jest: a context and modules of its own for each of them would take longer than the tests. */
import './session/boundedStream.tests.ts';
import './session/delivery.tests.ts';
import './session/recordedNumbers.tests.ts';
import './session/runNumbers.tests.ts';
import './session/runPlan.tests.ts';
import './session/verdict.tests.ts';
