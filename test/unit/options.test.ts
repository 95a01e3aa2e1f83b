/** Unit tests of `src/options`. One file for jest: a context and modules of its own for each of them would take longer than the tests. */
import './options/configurationPage.tests.ts';
import './options/layers.tests.ts';
import './options/locustConf.tests.ts';
import './options/runSettings.tests.ts';
import './options/workerOptions.tests.ts';
import './options/workerSettings.tests.ts';
