/** Unit tests of `src/traffic`. One file for jest: a context and modules of its own for each of them would take longer than the tests. */
import './traffic/broken.tests.ts';
import './traffic/captures.tests.ts';
import './traffic/correlation.tests.ts';
import './traffic/curl.tests.ts';
import './traffic/described.tests.ts';
import './traffic/har.tests.ts';
import './traffic/nothingDropped.tests.ts';
import './traffic/keptExchanges.tests.ts';
import './traffic/replay.tests.ts';
import './traffic/scenario.tests.ts';
import './traffic/schemaTypes.tests.ts';
import './traffic/secretsInText.tests.ts';
import './traffic/sessions.tests.ts';
import './traffic/severalWalks.tests.ts';
import './traffic/streams.tests.ts';
