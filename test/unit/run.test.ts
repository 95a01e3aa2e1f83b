/** Unit tests of `src/run`. One file for jest: a context and modules of its own for each of them would take longer than the tests. */
import './run/shapeQuestions.tests.ts';
import './run/stages.tests.ts';
import './run/startLocalRun.tests.ts';
import './run/userSequence.tests.ts';
