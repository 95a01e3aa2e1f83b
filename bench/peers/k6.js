// One request after the other, body read, as every other contestant. URL and VUS come by -e.
import http from 'k6/http';

export const options = { vus: Number(__ENV.VUS), duration: __ENV.DURATION, summaryMode: 'compact' };

export default function () {
  http.get(__ENV.URL);
}
