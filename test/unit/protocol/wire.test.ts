/** Unit tests of `src/protocol/wire`. One file for jest: a context and modules of its own for each of them would take longer than the tests. */
import './wire/boomerError.tests.ts';
import './wire/decodeMessage.tests.ts';
import './wire/encodeMessage.tests.ts';
import './wire/encoder.tests.ts';
import './wire/pythonDatetime.tests.ts';
import './wire/statsMessage.tests.ts';
