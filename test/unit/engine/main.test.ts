/** Unit tests of `src/engine/main`. One file for jest: a context and modules of its own for each of them would take longer than the tests. */
import './main/loadThread.tests.ts';
import './main/messageCheck.tests.ts';
import './main/paceMemory.tests.ts';
import './main/reportExtras.tests.ts';
import './main/split.tests.ts';
import './main/standstill.tests.ts';
import './main/statsTelling.tests.ts';
import './main/threadPool.tests.ts';
import './main/trustWarning.tests.ts';
