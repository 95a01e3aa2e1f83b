/**
 * A client in plain JavaScript takes any property: `client.verify = false` would be set, and ignored. Nobody looks at a
 * prototype's prototype but a property that is not there, so that this costs a request nothing.
 */
import { BoomerError } from '../util/boomerError.ts';
import { nearest } from '../util/nearest.ts';
import { isHttpDefault } from './httpDefaults.ts';

/** Of requests' sessions, which Locust's clients are, where the word is another. */
const wordsOfLocust: Readonly<Record<string, string>> = {
  verify: 'static http = { tls: { rejectUnauthorized: false } }',
  cert: 'static http = { tls: { cert, key } }',
  proxies: 'static http = { proxy }',
  trust_env: "static http = { proxy: 'environment' }",
  max_redirects: 'static http = { maxRedirects }',
  request_name: 'client.requestName',
  base_url: 'static host, or --host',
  baseUrl: 'static host, or --host',
  params: 'the request option query',
};
const ownNames = ['headers', 'requestName', 'cookies'];

/** The last prototype of clients: a property that no client has cannot be set. */
// eslint-disable-next-line @typescript-eslint/no-extraneous-class -- its prototype is all that it is for
export abstract class ClientProperties {}

Object.setPrototypeOf(
  ClientProperties.prototype,
  new Proxy(Object.create(null) as object, {
    get: (_, name, receiver) => Reflect.get(Object.prototype, name, receiver) as unknown,
    has: (_, name) => name in Object.prototype,
    set: (_, name) => {
      throw new BoomerError('unknown-client-property', `client.${String(name)} is nothing that a client has, and would be ignored: ${remedy(String(name))}`);
    },
  }),
);

function remedy(name: string): string {
  const ours = Object.hasOwn(wordsOfLocust, name) ? wordsOfLocust[name] : undefined;
  if (ours !== undefined) return `write ${ours}`;
  if (isHttpDefault(name)) return `write static http = { ${name} } in the class, or ${name} in the options of a request`;
  const meant = nearest(name, ownNames);
  return meant === null ? `it has ${ownNames.join(', ')}; what holds for all requests of a class is static http = { … }` : `did you mean client.${meant}?`;
}
