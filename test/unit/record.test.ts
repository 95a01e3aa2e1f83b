/** Unit tests of `src/record`. One file for jest: a context and modules of its own for each of them would take longer than the tests. */
import './record/bodyTap.tests.ts';
import './record/formats.tests.ts';
import './record/hiddenSecrets.tests.ts';
import './record/passedHeaders.tests.ts';
import './record/recordingFile.tests.ts';
import './record/rows.tests.ts';
