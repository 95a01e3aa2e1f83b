// One request after the other, body read, as every other contestant. URL and VUS come by -e; with URLS the path ends in a number below it,
// another one for each request, under one name, as k6's manual advises.
import http from 'k6/http';

export const options = { vus: Number(__ENV.VUS), duration: __ENV.DURATION, summaryMode: 'compact' };

const urls = Number(__ENV.URLS || 1);
const named = { tags: { name: '/item' } };

export default function () {
  if (urls === 1) http.get(__ENV.URL);
  else http.get(__ENV.URL + Math.floor(Math.random() * urls), named);
}
