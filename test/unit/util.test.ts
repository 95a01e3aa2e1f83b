/** Unit tests of `src/util`. One file for jest: a context and modules of its own for each of them would take longer than the tests. */
import './util/cpuQuota.tests.ts';
import './util/duration.tests.ts';
import './util/errorText.tests.ts';
import './util/eventLoop.tests.ts';
import './util/garbage.tests.ts';
import './util/harmless.tests.ts';
import './util/logger.tests.ts';
import './util/machineRunner.tests.ts';
import './util/nearest.tests.ts';
import './util/printed.tests.ts';
import './util/random.tests.ts';
import './util/rate.tests.ts';
import './util/redaction.tests.ts';
import './util/steadyClock.tests.ts';
import './util/steps.tests.ts';
import './util/timers.tests.ts';
