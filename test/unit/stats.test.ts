/** Unit tests of `src/stats`. One file for jest: a context and modules of its own for each of them would take longer than the tests. */
import './stats/aggregator.tests.ts';
import './stats/hdrTap.tests.ts';
import './stats/histogram.tests.ts';
import './stats/ledgerReader.tests.ts';
import './stats/locustBuckets.tests.ts';
import './stats/metrics.tests.ts';
import './stats/recorder.tests.ts';
import './stats/soFar.tests.ts';
