/**
 * Descriptions of APIs (OpenAPI 3.0, 3.1 and 3.2): a request for each operation, with what has to be sent and what has an example. Values come from
 * examples, defaults, or the schema.
 */
import { isMap, type Fields } from '../../util/typeGuards.ts';
import { exchangeOf, holeFor, unreadableTraffic, type Exchange, type Pair, type RecordedBody, type RecordedPart, type Recording } from '../recording.ts';
import { elementsOf, fieldsOf, textOf } from './jsonFile.ts';
import { SchemaSamples } from './schemaSamples.ts';
import { urlFrom } from './urlText.ts';

/** True for a description of any version. */
export function isOpenApi(json: unknown): boolean {
  const { openapi, swagger } = fieldsOf(json);
  return textOf(openapi) !== null || textOf(swagger) !== null;
}

const methods = ['get', 'head', 'post', 'put', 'patch', 'delete', 'options', 'query'];

/** Throws a BoomerError for a version that is not known, and for a description without operations. */
export function readOpenApi(json: unknown, source: string): Recording {
  const api = fieldsOf(json);
  const version = textOf(api['openapi']) ?? '';
  if (!version.startsWith('3')) throw unreadableTraffic(source, null, `expected OpenAPI 3, got ${version === '' ? `Swagger ${textOf(api['swagger']) ?? ''}` : version}: convert it first (npx swagger2openapi)`);
  const samples = new SchemaSamples(json);
  const exchanges = Object.entries(fieldsOf(api['paths'])).flatMap(([path, item]) => {
    const operations = samples.resolved(item);
    return methods.flatMap((method) => (isMap(operations[method]) ? [described({ api, samples, path, method, shared: operations, operation: operations[method], source })] : []));
  });
  if (exchanges.length === 0) throw unreadableTraffic(source, null, 'a description without operations');
  return { source, kind: `OpenAPI ${version}`, isWalk: false, isChosen: true, exchanges, walks: [], remarks: [] };
}

type Operation = { readonly api: Fields; readonly samples: SchemaSamples; readonly path: string; readonly method: string; readonly shared: Fields; readonly operation: Fields; readonly source: string };

function described({ api, samples, path, method, shared, operation, source }: Operation): Exchange {
  const parameters = [...new Map([...elementsOf(shared['parameters']), ...elementsOf(operation['parameters'])].map((parameter) => samples.resolved(parameter)).map((parameter) => [`${textOf(parameter['in']) ?? ''} ${textOf(parameter['name']) ?? ''}`, parameter])).values()];
  const of = (place: string): readonly Fields[] => parameters.filter((parameter) => parameter['in'] === place);
  const value = (parameter: Fields): string => flat(samples.ofParameter(parameter));
  const filled = path.replace(/\{([^}]+)\}/gu, (_, name: string) => {
    const parameter = of('path').find((own) => own['name'] === name);
    return encodeURIComponent(parameter === undefined ? '1' : value(parameter));
  });
  const security = credentials(api, operation, samples);
  const query = [...of('query').filter((parameter) => parameter['required'] === true || samples.hasExample(parameter)).flatMap((parameter) => queryPairs(parameter, samples)), ...security.query];
  const base = baseUrl(elementsOf(operation['servers'])[0] ?? elementsOf(shared['servers'])[0] ?? elementsOf(api['servers'])[0]);
  const written = `${base.replace(/\/+$/u, '')}${filled}${query.length === 0 ? '' : `?${query.map(([name, text]) => `${encodeURIComponent(name)}=${encodeURIComponent(text)}`).join('&')}`}`;
  const url = urlFrom(written);
  const name = `${method.toUpperCase()} ${path}`;
  if (url === null) throw unreadableTraffic(source, name, `its server "${base}" is no http(s) URL`);
  const body = bodyOf(samples.resolved(operation['requestBody']), samples);
  const headers = of('header').filter((parameter) => parameter['required'] === true && !/^(?:accept|content-type|authorization)$/iu.test(textOf(parameter['name']) ?? '')).map((parameter): Pair => [textOf(parameter['name']) ?? '', value(parameter)]);
  const prefix = new URL(url).pathname.slice(0, -filled.length || undefined);
  const title = textOf(elementsOf(operation['tags'])[0]);
  const summary = textOf(operation['summary']);
  const request = { method: method.toUpperCase(), url, headers: [...headers, ...security.headers, ...(body.type === null ? [] : [['content-type', body.type] as const])], body: body.body };
  return exchangeOf(name, request, {
    group: title,
    title: [title, summary].filter((text) => text !== null && text !== '').join(': ') || null,
    names: { row: `${prefix === '/' ? '' : prefix}${path.replace(/\{([^}]+)\}/gu, '[$1]')}`, task: textOf(operation['operationId']) },
  });
}

/** A relative one is of whoever serves the description, which nobody knows here. */
function baseUrl(server: unknown): string {
  const { url, variables } = fieldsOf(server);
  const text = (textOf(url) ?? '').replace(/\{([^}]+)\}/gu, (_, name: string) => textOf(fieldsOf(fieldsOf(variables)[name])['default']) ?? name);
  return text === '/' ? '' : text;
}

/** Lists and objects as one text, where they are no query. */
function flat(value: unknown): string {
  if (Array.isArray(value)) return value.map(flat).join(',');
  return isMap(value) ? Object.entries(value).flatMap(([name, own]) => [name, flat(own)]).join(',') : (textOf(value) ?? '');
}

function queryPairs(parameter: Fields, samples: SchemaSamples): readonly Pair[] {
  const name = textOf(parameter['name']) ?? '';
  const value = samples.ofParameter(parameter);
  if (Array.isArray(value)) return parameter['explode'] === false ? [[name, flat(value)]] : value.map((own): Pair => [name, flat(own)]);
  if (!isMap(value)) return [[name, flat(value)]];
  const isDeep = parameter['style'] === 'deepObject';
  return Object.entries(value).map(([key, own]): Pair => [isDeep ? `${name}[${key}]` : key, flat(own)]);
}

type Credentials = { readonly headers: readonly Pair[]; readonly query: readonly Pair[] };

/** The first way that the operation takes, with values that somebody has to set. */
function credentials(api: Fields, operation: Fields, samples: SchemaSamples): Credentials {
  const [first] = elementsOf(operation['security'] ?? api['security']);
  const headers: Pair[] = [];
  const query: Pair[] = [];
  for (const id of Object.keys(fieldsOf(first))) {
    const scheme = samples.resolved(fieldsOf(fieldsOf(api['components'])['securitySchemes'])[id]);
    const name = textOf(scheme['name']) ?? id;
    if (scheme['type'] === 'apiKey') {
      if (scheme['in'] === 'query') query.push([name, holeFor(name)]);
      else headers.push(scheme['in'] === 'cookie' ? ['cookie', `${name}=${holeFor(name)}`] : [name, holeFor(name)]);
    } else if (scheme['type'] === 'http' && textOf(scheme['scheme'])?.toLowerCase() === 'basic') headers.push(['authorization', `Basic ${holeFor('basicCredentials')}`]);
    else if (scheme['type'] === 'http' || scheme['type'] === 'oauth2' || scheme['type'] === 'openIdConnect') headers.push(['authorization', `Bearer ${holeFor('token')}`]);
  }
  return { headers, query };
}

function bodyOf(requestBody: Fields, samples: SchemaSamples): { readonly body: RecordedBody | null; readonly type: string | null } {
  const types = Object.entries(fieldsOf(requestBody['content']));
  const [type, media] = types.find(([name]) => /json/iu.test(name)) ?? types.find(([name]) => /urlencoded|form-data/iu.test(name)) ?? types[0] ?? [];
  if (type === undefined) return { body: null, type: null };
  const value = samples.ofMedia(fieldsOf(media));
  if (/json/iu.test(type)) return { body: { kind: 'text', text: JSON.stringify(value) }, type: type === '*/*' ? 'application/json' : type };
  if (/urlencoded/iu.test(type)) return { body: { kind: 'fields', fields: Object.entries(fieldsOf(value)).map(([name, own]): Pair => [name, flat(own)]) }, type };
  if (/form-data/iu.test(type)) return { body: { kind: 'parts', parts: Object.entries(fieldsOf(value)).map(([name, own]) => partOf(name, own, samples.isBinary(fieldsOf(media)['schema'], name))) }, type };
  if (typeof value === 'string' && !/octet-stream|image|video|audio|zip|pdf/iu.test(type)) return { body: { kind: 'text', text: value }, type };
  return type.includes('*') ? { body: { kind: 'text', text: JSON.stringify(value) }, type: 'application/json' } : { body: { kind: 'missing', bytes: null, what: type }, type };
}

function partOf(name: string, value: unknown, isBinary: boolean): RecordedPart {
  if (isBinary) return { name, filename: name, type: null, text: null, bytes: null };
  return { name, filename: null, type: isMap(value) ? 'application/json' : null, text: isMap(value) ? JSON.stringify(value) : flat(value), bytes: null };
}
