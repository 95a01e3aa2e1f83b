/** Unit tests of `src/http`. One file for jest: a context and modules of its own for each of them would take longer than the tests. */
import './http/connection/connectionPool.tests.ts';
import './http/connection/fast/headCache.tests.ts';
import './http/connection/fast/requestSender.tests.ts';
import './http/connection/fast/requestWriter.tests.ts';
import './http/connection/fast/timeoutWheel.tests.ts';
import './http/connection/undici/undiciClient.tests.ts';
import './http/cookies.tests.ts';
import './http/httpRequest.tests.ts';
import './http/request/redirects.tests.ts';
import './http/request/requestParts.tests.ts';
import './http/request/requestPlan.tests.ts';
import './http/request/requestTarget.tests.ts';
import './http/response/errorText.tests.ts';
import './http/response/responseParts.tests.ts';
import './http/response/shownRequests.tests.ts';
import './http/response/streamedResponse.tests.ts';
import './http/settings.tests.ts';
