/** Unit tests of `src/compare`. One file for jest: a context and modules of its own for each of them would take longer than the tests. */
import './compare/comparedFile.tests.ts';
import './compare/compareCommand.tests.ts';
import './compare/distributions.tests.ts';
