/** Unit tests of `locust/demo`. One file for jest: a context and modules of its own for each of them would take longer than the tests. */
import './demo/masterStats.tests.ts';
import './demo/options.tests.ts';
import './demo/progress.tests.ts';
import './demo/python.tests.ts';
import './demo/screen.tests.ts';
