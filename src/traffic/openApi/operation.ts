/**
 * An operation of a description as a request: the parameters that are required or have an example, a body, and credentials that somebody has to set.
 * What is sent has a type beside it, for all that may be sent.
 */
import { isList, isMap, type Fields } from '../../util/typeGuards.ts';
import { elementsOf, fieldsOf, textOf } from '../readers/structuredText.ts';
import { exchangeOf, holeFor, plainValue, isHeaderName, unreadableTraffic, urlEncoded, urlFrom, type DescribedPart, type DescribedRequest, type Exchange, type Pair, type RecordedBody, type RecordedPart, type RecordedRequest } from '../recording.ts';
import type { AnswerSchemas } from './answerSchemas.ts';
import type { ApiDocuments } from './apiDocuments.ts';
import type { SchemaSamples } from './schemaSamples.ts';
import { plainType, type SchemaTypes, type TypeMember, type TypeModel } from './schemaTypes.ts';

/** What a description is read with. */
export type DescriptionReading = { readonly documents: ApiDocuments; readonly samples: SchemaSamples; readonly types: SchemaTypes; readonly answers: AnswerSchemas; readonly source: string };

/** `path`: as the description writes it, `/items/{id}`; `shared`: what holds for all operations of the path. */
export type Operation = { readonly path: string; readonly method: string; readonly shared: Fields; readonly operation: Fields };

/** An example, and the type that it may fit. */
export type TypedValue = { readonly value: unknown; readonly type: TypeModel };

/** A request, and what of it has a type: which of those it fits is known when all operations have been read. */
export type OperationExample = { readonly exchange: Exchange; readonly described: Omit<DescribedRequest, 'types'>; readonly typed: Readonly<Record<DescribedPart, TypedValue | null>> };

/** Throws a BoomerError for an operation whose server has no http(s) URL. */
export function operationExample(written: Operation, reading: DescriptionReading): OperationExample {
  const { path, method, operation } = written;
  const security = credentials(operation, reading.documents);
  const parameters = withoutCredentials(parametersOf(written, reading), security);
  const media = bodyMedia(reading.documents.resolved(operation['requestBody']));
  const body = bodyOf(media, reading);
  const url = urlOf(written, parameters, security, reading);
  const headers = [...sentTexts(parameters.headers), ...security.headers, ...(body.type === null ? [] : [['content-type', body.type] as const])];
  const typed = typedParts(parameters, { media, body, security, wanted: textOf(operation['operationId']) ?? `${method} ${path.replace(/[{}]/gu, '')}` }, reading);
  return {
    exchange: exchangeIn(written, { method: method.toUpperCase(), url, headers, body: body.body }),
    described: {
      segments: segmentsOf(path, url),
      path: sentTexts(parameters.path),
      headers: new Set(parameters.headers.map(({ name }) => name)),
      cookies: sentTexts(parameters.cookies),
      plainFields: typed.plainFields,
      answers: reading.answers.of(operation),
    },
    typed: typed.parts,
  };
}

function exchangeIn({ path, method, operation }: Operation, request: RecordedRequest): Exchange {
  const [tag, summary] = [textOf(elementsOf(operation['tags'])[0]), textOf(operation['summary'])];
  const before = new URL(request.url).pathname.split('/').slice(1, -path.split('/').slice(1).length);
  return exchangeOf(`${method.toUpperCase()} ${path}`, request, {
    group: tag,
    title: [tag, summary].filter((text) => text !== null && text !== '').join(': ') || null,
    names: { row: `${before.map((segment) => `/${segment}`).join('')}${path.replace(braces, '[$1]')}`, task: textOf(operation['operationId']) },
  });
}

const braces = /\{([^}]+)\}/gu;

/** `sent`: as it goes over the wire, before it is encoded; empty: it is not sent. */
type Parameter = { readonly name: string; readonly written: Fields; readonly isRequired: boolean; readonly sent: readonly Pair[] };
type Parameters = Readonly<Record<Exclude<DescribedPart, 'body'>, readonly Parameter[]>>;

/** Of the operation and of its path, which the operation's own are before. */
function parametersOf({ path, shared, operation }: Operation, { documents, samples }: DescriptionReading): Parameters {
  const all = [...elementsOf(shared['parameters']), ...elementsOf(operation['parameters'])].map((parameter) => documents.resolved(parameter));
  const distinct = [...new Map(all.map((parameter) => [`${textOf(parameter['in']) ?? ''} ${textOf(parameter['name']) ?? ''}`, parameter])).values()];
  const from = (place: string, pairsOf: (parameter: Fields, name: string) => readonly Pair[]): readonly Parameter[] =>
    distinct.filter((parameter) => parameter['in'] === place).map((written) => {
      const name = textOf(written['name']) ?? '';
      const isRequired = written['required'] === true;
      return { name, written, isRequired, sent: isRequired || samples.hasExample(written) ? pairsOf(written, name) : [] };
    });
  const one = (parameter: Fields, name: string): readonly Pair[] => [[name, flat(samples.ofParameter(parameter))]];
  const inPath = from('path', one);
  return {
    path: [...new Set([...path.matchAll(braces)].map(([, name = '']) => name))].map((name) => {
      const written = inPath.find((parameter) => parameter.name === name)?.written ?? {};
      return { name, written, isRequired: true, sent: Object.keys(written).length === 0 ? [[name, '1']] : one(written, name) };
    }),
    query: from('query', (parameter) => queryPairs(parameter, samples)),
    // A description's own fields say these; and what no header can be called is none.
    headers: from('header', one).filter(({ name }) => isHeaderName(name) && !/^(?:accept|content-type|authorization)$/iu.test(name)).map(inSmallLetters),
    cookies: from('cookie', one),
  };
}

/** Some descriptions name what says who somebody is a second time. */
function withoutCredentials({ query, headers, ...others }: Parameters, security: Credentials): Parameters {
  const [inQuery, inHeaders] = [security.query, security.headers].map((pairs) => new Set(pairs.map(([name]) => name.toLowerCase())));
  return { ...others, query: query.filter(({ name }) => inQuery?.has(name.toLowerCase()) !== true), headers: headers.filter(({ name }) => inHeaders?.has(name) !== true) };
}

function inSmallLetters({ name, sent, ...parameter }: Parameter): Parameter {
  return { ...parameter, name: name.toLowerCase(), sent: sent.map(([own, value]) => [own.toLowerCase(), value]) };
}

function sentTexts(parameters: readonly Parameter[]): readonly Pair[] {
  return parameters.flatMap(({ sent }) => sent);
}

/** Lists and objects as one text, where they are no query. */
function flat(value: unknown): string {
  if (Array.isArray(value)) return value.map(flat).join(',');
  return isMap(value) ? Object.entries(value).flatMap(([name, own]) => [name, flat(own)]).join(',') : (textOf(value) ?? '');
}

function queryPairs(parameter: Fields, samples: SchemaSamples): readonly Pair[] {
  const name = textOf(parameter['name']) ?? '';
  const value = samples.ofParameter(parameter);
  const isDeep = parameter['style'] === 'deepObject';
  if (Array.isArray(value)) return isExploded(parameter) ? value.map((own): Pair => [name, flat(own)]) : [[name, value.map(flat).join(separators[textOf(parameter['style']) ?? ''] ?? ',')]];
  if (!isMap(value) || !(isDeep || isExploded(parameter))) return [[name, flat(value)]];
  return Object.entries(value).map(([key, own]): Pair => [isDeep ? `${name}[${key}]` : key, flat(own)]);
}

/** Of lists that are one value. */
const separators: Readonly<Record<string, string>> = { pipeDelimited: '|', spaceDelimited: ' ' };

/** True for what is a field for each of its values, as `form` is where nobody says otherwise. */
function isExploded({ explode, style = 'form' }: Fields): boolean {
  return typeof explode === 'boolean' ? explode : style === 'form';
}

function urlOf({ path, method, shared, operation }: Operation, parameters: Parameters, security: Credentials, { documents, source }: DescriptionReading): string {
  const base = baseUrl(elementsOf(operation['servers'])[0] ?? elementsOf(shared['servers'])[0] ?? elementsOf(documents.root['servers'])[0]);
  const values = new Map(sentTexts(parameters.path));
  const filled = path.replace(braces, (_, name: string) => urlEncoded(values.get(name) ?? ''));
  const query = [...sentTexts(parameters.query), ...security.query].map(([name, text]) => `${urlEncoded(name)}=${urlEncoded(text)}`);
  const url = urlFrom(`${base.replace(/\/+$/u, '')}${filled}${query.length === 0 ? '' : `?${query.join('&')}`}`);
  if (url === null) throw unreadableTraffic(source, `${method.toUpperCase()} ${path}`, `its server "${base}" is no http(s) URL`);
  return url;
}

/** A relative one is of whoever serves the description, which nobody knows here. */
function baseUrl(server: unknown): string {
  const { url, variables } = fieldsOf(server);
  const text = (textOf(url) ?? '').replace(braces, (_, name: string) => textOf(fieldsOf(fieldsOf(variables)[name])['default']) ?? name);
  return text === '/' ? '' : text;
}

/** Those with parameters in them, by their number in the URL's path. */
function segmentsOf(path: string, url: string): DescribedRequest['segments'] {
  const own = path.split('/').slice(1);
  const before = new URL(url).pathname.split('/').length - 1 - own.length;
  return new Map(own.flatMap((segment, index) => {
    const pieces = segment.split(/(\{[^}]+\})/u).filter((piece) => piece !== '').map((piece) => (piece.startsWith('{') ? { parameter: piece.slice(1, -1) } : piece));
    return pieces.some((piece) => typeof piece !== 'string') ? [[before + index, pieces] as const] : [];
  }));
}

type Credentials = { readonly headers: readonly Pair[]; readonly query: readonly Pair[] };

/** The first way that the operation takes, with values that somebody has to set. */
function credentials(operation: Fields, documents: ApiDocuments): Credentials {
  const [first] = elementsOf(operation['security'] ?? documents.root['security']);
  const headers: Pair[] = [];
  const query: Pair[] = [];
  for (const id of Object.keys(fieldsOf(first))) {
    const scheme = documents.resolved(fieldsOf(fieldsOf(documents.root['components'])['securitySchemes'])[id]);
    const name = textOf(scheme['name']) ?? id;
    if (scheme['type'] === 'apiKey') {
      if (scheme['in'] === 'query') query.push([name, holeFor(name)]);
      else headers.push(scheme['in'] === 'cookie' ? ['cookie', `${name}=${holeFor(name)}`] : [name, holeFor(name)]);
    } else if (scheme['type'] === 'http' && textOf(scheme['scheme'])?.toLowerCase() === 'basic') headers.push(['authorization', `Basic ${holeFor('basicCredentials')}`]);
    else if (scheme['type'] === 'http' || scheme['type'] === 'oauth2' || scheme['type'] === 'openIdConnect') headers.push(['authorization', `Bearer ${holeFor('token')}`]);
  }
  return { headers, query };
}

type Media = { readonly type: string; readonly content: Fields };

/** JSON if that is one of the ways; null: there is no body. */
function bodyMedia(requestBody: Fields): Media | null {
  const types = Object.entries(fieldsOf(requestBody['content']));
  const [type, content] = types.find(([name]) => /json/iu.test(name)) ?? types.find(([name]) => /urlencoded|form-data/iu.test(name)) ?? types[0] ?? [];
  return type === undefined ? null : { type, content: fieldsOf(content) };
}

/** `value`: what the body says, if it is JSON. */
type ExampleBody = { readonly body: RecordedBody | null; readonly type: string | null; readonly value: unknown };

function bodyOf(media: Media | null, { samples, documents }: DescriptionReading): ExampleBody {
  if (media === null) return { body: null, type: null, value: undefined };
  const { type, content } = media;
  const value = samples.ofMedia(content);
  if (/json/iu.test(type)) return { body: { kind: 'text', text: JSON.stringify(value) }, type, value };
  if (/urlencoded/iu.test(type)) return { body: { kind: 'fields', fields: Object.entries(fieldsOf(value)).map(([name, own]): Pair => [name, flat(own)]) }, type, value };
  if (/form-data/iu.test(type)) return { body: { kind: 'parts', parts: Object.entries(fieldsOf(value)).flatMap(([name, own]) => partsOf(name, own, isBinary(content['schema'], name, documents))) }, type, value: undefined };
  if (typeof value === 'string' && !/octet-stream|image|video|audio|zip|pdf/iu.test(type)) return { body: { kind: 'text', text: value }, type, value: undefined };
  return type.includes('*') ? { body: { kind: 'text', text: JSON.stringify(value) }, type: 'application/json', value } : { body: { kind: 'missing', bytes: null, what: type }, type, value: undefined };
}

function isBinary(schema: unknown, name: string, documents: ApiDocuments): boolean {
  const member = documents.resolved(fieldsOf(documents.resolved(schema)['properties'])[name]);
  const own = member['items'] === undefined ? member : documents.resolved(member['items']);
  return own['format'] === 'binary' || own['contentMediaType'] === 'application/octet-stream' || textOf(own['contentEncoding']) === 'binary';
}

/** Of a list a part for each of its elements. */
function partsOf(name: string, value: unknown, isFile: boolean): readonly RecordedPart[] {
  return (isList(value) ? value : [value]).map((own) => partOf(name, own, isFile));
}

function partOf(name: string, value: unknown, isBinary: boolean): RecordedPart {
  if (isBinary) return { name, filename: name, type: null, text: null, bytes: null };
  return { name, filename: null, type: isMap(value) ? 'application/json' : null, text: isMap(value) ? JSON.stringify(value) : flat(value), bytes: null };
}

/** `wanted`: what types are named after. */
type Rest = { readonly media: Media | null; readonly body: ExampleBody; readonly security: Credentials; readonly wanted: string };

function typedParts(parameters: Parameters, { media, body, security, wanted }: Rest, { types }: DescriptionReading): { readonly parts: OperationExample['typed']; readonly plainFields: DescribedRequest['plainFields'] } {
  const plainFields = new Map<string, 'number' | 'boolean'>();
  /** Fields are texts until their type says that they are none. */
  const fieldsOfType = (type: TypeModel, pairs: readonly Pair[], place: string): TypedValue => {
    for (const [name, plain] of plainMembers(type, types.declared)) plainFields.set(`${place} ${name}`, plain);
    return { type, value: writtenFields(pairs, place, plainFields) };
  };
  const ofParameters = (part: keyof Parameters, place: string, memberType: (parameter: Fields) => TypeModel, others: readonly TypeMember[] = [], otherPairs: readonly Pair[] = []): TypedValue | null => {
    const members = parameters[part].map(({ name, written, isRequired }): TypeMember => ({ name, type: memberType(written), isOptional: !isRequired }));
    const sent = [...sentTexts(parameters[part]), ...otherPairs];
    if (members.length === 0) return null;
    const type = types.declare(`${wanted} ${part}`, { kind: 'object', members: [...members, ...others], isOpen: false });
    return sent.length === 0 ? null : fieldsOfType(type, sent, place);
  };
  const asText = (parameter: Fields): TypeModel => textType(types.typeOf(parameter['schema']), types.declared);
  const parts: OperationExample['typed'] = {
    path: ofParameters('path', 'path parameter', asText),
    query: ofParameters('query', 'parameter', (parameter) => queryType(parameter, types), security.query.map(([name]) => textMember(name, false)), security.query),
    headers: ofParameters('headers', 'header', asText, headersBeside(security, body).map((name) => textMember(name, true))),
    cookies: ofParameters('cookies', 'cookie', asText),
    body: null,
  };
  const bodyType = media === null || body.body === null ? null : types.named(media.content['schema'], `${wanted} body`);
  if (bodyType === null) return { parts, plainFields };
  const typedBody = body.body?.kind === 'fields' ? fieldsOfType(bodyType, body.body.fields, 'form field') : body.body?.kind === 'text' ? { type: bodyType, value: body.value } : null;
  return { parts: { ...parts, body: typedBody }, plainFields };
}

const anyText: TypeModel = { kind: 'plain', name: 'string' };

/** What stands in a URL's path, a header or a cookie: lists and objects are one text there. */
function textType(type: TypeModel, declared: ReadonlyMap<string, TypeModel>): TypeModel {
  const own = type.kind === 'named' ? (declared.get(type.name) ?? type) : type;
  const isText = own.kind === 'literal' || (own.kind === 'plain' && own.name !== 'null' && own.name !== 'unknown') || (own.kind === 'either' && own.of.every((part) => part.kind === 'literal' || part.kind === 'plain'));
  return isText && plainType(own, declared) !== 'boolean' ? type : anyText;
}

/** Lists are one value, or several of one name; what an object or a list becomes in another way is a text. */
function queryType(parameter: Fields, types: SchemaTypes): TypeModel {
  const own = types.typeOf(parameter['schema']);
  if (own.kind !== 'list') return own;
  return isExploded(parameter) ? { kind: 'either', of: [own.of, own] } : anyText;
}

function textMember(name: string, isOptional: boolean): TypeMember {
  return { name, type: anyText, isOptional };
}

/** Beside those that are parameters. */
function headersBeside(security: Credentials, { type }: ExampleBody): readonly string[] {
  return [...new Set([...security.headers.map(([name]) => name.toLowerCase()), ...(type === null ? [] : ['content-type'])])].filter((name) => name !== 'cookie');
}

/** Members that are numbers or booleans. */
function plainMembers(type: TypeModel, declared: ReadonlyMap<string, TypeModel>): readonly (readonly [string, 'number' | 'boolean'])[] {
  const model = type.kind === 'named' ? declared.get(type.name) : type;
  if (model?.kind !== 'object') return [];
  return model.members.flatMap(({ name, type: own }) => {
    const plain = plainType(own, declared);
    return plain === null ? [] : [[name, plain] as const];
  });
}

/** As the scenario writes them. */
function writtenFields(pairs: readonly Pair[], place: string, plainFields: DescribedRequest['plainFields']): Fields {
  const fields = new Map<string, unknown[]>();
  for (const [name, text] of pairs) fields.set(name, [...(fields.get(name) ?? []), plainValue(text, plainFields.get(`${place} ${name}`))]);
  return Object.fromEntries([...fields].map(([name, values]) => [name, values.length === 1 ? values[0] : values]));
}
