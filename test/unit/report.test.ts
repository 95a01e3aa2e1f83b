/** Unit tests of `src/report`. One file for jest: a context and modules of its own for each of them would take longer than the tests. */
import './report/generatorFailures.tests.ts';
import './report/history.tests.ts';
import './report/metrics.tests.ts';
import './report/numberText.tests.ts';
import './report/thresholds/evaluate.tests.ts';
import './report/thresholds/parseThresholds.tests.ts';
import './report/thresholds/windows.tests.ts';
import './report/trust.tests.ts';
