/** Unit tests of `src/outputs`. One file for jest: a context and modules of its own for each of them would take longer than the tests. */
import './outputs/console/brokenPipe.tests.ts';
import './outputs/console/liveRegion.tests.ts';
import './outputs/console/taskTables.tests.ts';
import './outputs/html/htmlReport.tests.ts';
import './outputs/html/resultData.tests.ts';
import './outputs/junit/junit.tests.ts';
import './outputs/locust/pythonNumber.tests.ts';
import './outputs/namedOutput.tests.ts';
import './outputs/summary/summary.tests.ts';
import './outputs/workerStatus.tests.ts';
