import { OriginUrl } from '../../../../../src/http/connection/undici/undiciClient.ts';

it.each(['http://h', 'https://h:443', 'http://127.0.0.1:8080', 'https://[::1]:8443'])('%s has the parts of a URL, each as the same string every time', (origin) => {
  const url = new OriginUrl(origin);
  for (const part of ['origin', 'protocol', 'hostname', 'host', 'port', 'pathname', 'href'] as const) expect(url[part]).toBe(new URL(origin)[part]);
  for (const part of ['origin', 'protocol', 'hostname', 'port']) expect(Object.hasOwn(url, part)).toBe(true);
});
