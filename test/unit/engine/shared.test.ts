/** Unit tests of `src/engine/shared`. One file for jest: a context and modules of its own for each of them would take longer than the tests. */
import './shared/countdown.tests.ts';
import './shared/lineBatch.tests.ts';
import './shared/permits.tests.ts';
import './shared/trustMeter.tests.ts';
