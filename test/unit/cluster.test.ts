/** Unit tests of `src/cluster`. One file for jest: a context and modules of its own for each of them would take longer than the tests. */
import './cluster/locustfile.tests.ts';
import './cluster/python.tests.ts';
import './cluster/pythonText.tests.ts';
import './cluster/shippedScenario.tests.ts';
import './cluster/within.tests.ts';
