/** What Locust itself has written down, against ours. One file for jest, as with the rooms of `test/unit`. */
import './masterFrames.tests.ts';
import './responseTimes.tests.ts';
import './texts.tests.ts';
import './workerFrames.tests.ts';
