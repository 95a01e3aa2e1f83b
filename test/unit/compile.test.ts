/** Unit tests of `src/compile`. One file for jest: a context and modules of its own for each of them would take longer than the tests. */
import './compile/bundleNames.tests.ts';
import './compile/scenarioFiles.tests.ts';
