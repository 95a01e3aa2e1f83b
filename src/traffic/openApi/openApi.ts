/**
 * Descriptions of APIs (OpenAPI 3.0, 3.1 and 3.2): a request for each operation, with what has to be sent and what has an example. Values come from
 * examples, defaults, or the schema.
 */
import { counted } from '../../util/counted.ts';
import { isMap, type Fields } from '../../util/typeGuards.ts';
import type { TrafficFile } from '../readers/content.ts';
import { elementsOf, fieldsOf, textOf } from '../readers/jsonFile.ts';
import { urlFrom } from '../readers/urlText.ts';
import { exchangeOf, holeFor, plainValue, unreadableTraffic, type DescribedRequest, type Exchange, type Pair, type RecordedBody, type RecordedPart, type Recording } from '../recording.ts';
import { Names } from '../writer/code.ts';
import { AnswerSchemas } from './answerSchemas.ts';
import { ApiDocuments } from './apiDocuments.ts';
import { SchemaSamples } from './schemaSamples.ts';
import { plainType, SchemaTypes, takenTypeNames, usedTypes, type TypeMember, type TypeModel } from './schemaTypes.ts';
import { declaration, fitsType } from './typeText.ts';

/** True for a description of any version. */
export function isOpenApi(json: unknown): boolean {
  const { openapi, swagger } = fieldsOf(json);
  return textOf(openapi) !== null || textOf(swagger) !== null;
}

const methods = ['get', 'head', 'post', 'put', 'patch', 'delete', 'options', 'query'];

/** Names that are given out once in a scenario, whatever number of descriptions it is made of. */
export class DescriptionNames {
  readonly types: Names = new Names(takenTypeNames);
  readonly schemas: Names = new Names();
}

/** Rejects with a BoomerError for a version that is not known, a file beside it that is not there, and a description without operations. */
export async function readOpenApi(json: unknown, file: TrafficFile, names: DescriptionNames): Promise<Recording> {
  const { source } = file;
  const version = textOf(fieldsOf(json)['openapi']) ?? '';
  if (!version.startsWith('3')) throw unreadableTraffic(source, null, `expected OpenAPI 3, got ${version === '' ? `Swagger ${textOf(fieldsOf(json)['swagger']) ?? 'of no version'}` : version}: convert it first (npx swagger2openapi)`);
  const documents = await ApiDocuments.read(json, file);
  const reading: Reading = { documents, samples: new SchemaSamples(documents), types: new SchemaTypes(documents, names.types), answers: new AnswerSchemas(documents, names.schemas), source };
  const examples = Object.entries(documents.resolved(documents.root['paths'])).flatMap(([path, item]) => {
    const operations = documents.resolved(item);
    return methods.flatMap((method) => (isMap(operations[method]) ? [exampleOf({ path, method, shared: operations, operation: operations[method] }, reading)] : []));
  });
  if (examples.length === 0) throw unreadableTraffic(source, null, 'a description without operations');
  reading.types.withoutCircles();
  const { declared } = reading.types;
  const fitting = (example: TypedValue | null): string | null => (example?.type.kind === 'named' && fitsType(example.value, example.type, declared) ? example.type.name : null);
  const exchanges = examples.map(({ exchange, query, body, ...known }): Exchange => ({ ...exchange, described: { ...known, queryType: fitting(query), bodyType: fitting(body) } }));
  const unfit = examples.filter(({ body }) => body?.type.kind === 'named' && fitting(body) === null).length;
  const used = usedTypes(exchanges.flatMap(({ described }) => [described?.queryType ?? [], described?.bodyType ?? []].flat()), declared);
  return {
    source,
    kind: `OpenAPI ${version}`,
    isWalk: false,
    isChosen: true,
    exchanges,
    walks: [],
    description: { types: new Map([...used].map(([name, type]) => [name, declaration(name, type)])), definitions: reading.answers.definitions },
    remarks: [...documents.remarks, ...(unfit === 0 ? [] : [`types of ${counted(unfit, 'body')}, whose examples do not fit them`])],
  };
}

type Reading = { readonly documents: ApiDocuments; readonly samples: SchemaSamples; readonly types: SchemaTypes; readonly answers: AnswerSchemas; readonly source: string };
type Operation = { readonly path: string; readonly method: string; readonly shared: Fields; readonly operation: Fields };
/** An example, and the type that it may fit. */
type TypedValue = { readonly value: unknown; readonly type: TypeModel };
type Example = Pick<DescribedRequest, 'plainFields' | 'answers'> & { readonly exchange: Exchange; readonly query: TypedValue | null; readonly body: TypedValue | null };

function exampleOf({ path, method, shared, operation }: Operation, reading: Reading): Example {
  const { documents, samples, types, answers, source } = reading;
  const parameters = [...new Map([...elementsOf(shared['parameters']), ...elementsOf(operation['parameters'])].map((parameter) => documents.resolved(parameter)).map((parameter) => [`${textOf(parameter['in']) ?? ''} ${textOf(parameter['name']) ?? ''}`, parameter])).values()];
  const of = (place: string): readonly Fields[] => parameters.filter((parameter) => parameter['in'] === place);
  const value = (parameter: Fields): string => flat(samples.ofParameter(parameter));
  const filled = path.replace(/\{([^}]+)\}/gu, (_, name: string) => {
    const parameter = of('path').find((own) => own['name'] === name);
    return encodeURIComponent(parameter === undefined ? '1' : value(parameter));
  });
  const security = credentials(operation, documents);
  const sentQuery = [...of('query').filter((parameter) => parameter['required'] === true || samples.hasExample(parameter)).flatMap((parameter) => queryPairs(parameter, samples)), ...security.query];
  const base = baseUrl(elementsOf(operation['servers'])[0] ?? elementsOf(shared['servers'])[0] ?? elementsOf(documents.root['servers'])[0]);
  const written = `${base.replace(/\/+$/u, '')}${filled}${sentQuery.length === 0 ? '' : `?${sentQuery.map(([name, text]) => `${encodeURIComponent(name)}=${encodeURIComponent(text)}`).join('&')}`}`;
  const url = urlFrom(written);
  const name = `${method.toUpperCase()} ${path}`;
  if (url === null) throw unreadableTraffic(source, name, `its server "${base}" is no http(s) URL`);
  const taskName = textOf(operation['operationId']);
  const typeName = taskName ?? `${method} ${path.replace(/[{}]/gu, '')}`;
  const media = bodyMedia(documents.resolved(operation['requestBody']));
  const body = bodyOf(media, samples, documents);
  const headers = of('header').filter((parameter) => parameter['required'] === true && !/^(?:accept|content-type|authorization)$/iu.test(textOf(parameter['name']) ?? '')).map((parameter): Pair => [textOf(parameter['name']) ?? '', value(parameter)]);
  const prefix = new URL(url).pathname.slice(0, -filled.length || undefined);
  const title = textOf(elementsOf(operation['tags'])[0]);
  const summary = textOf(operation['summary']);
  const request = { method: method.toUpperCase(), url, headers: [...headers, ...security.headers, ...(body.type === null ? [] : [['content-type', body.type] as const])], body: body.body };
  const exchange = exchangeOf(name, request, {
    group: title,
    title: [title, summary].filter((text) => text !== null && text !== '').join(': ') || null,
    names: { row: `${prefix === '/' ? '' : prefix}${path.replace(/\{([^}]+)\}/gu, '[$1]')}`, task: taskName },
  });
  const bodyType = media === null || body.body === null ? null : types.named(media.content['schema'], `${typeName} body`);
  const queryType = of('query').length === 0 ? null : types.declare(`${typeName} query`, queryModel(of('query'), security.query, types));
  const isForm = body.body?.kind === 'fields';
  const plainFields = new Map([...plainIn(queryType, types, 'parameter'), ...(isForm ? plainIn(bodyType, types, 'form field') : [])]);
  return {
    exchange,
    answers: answers.of(operation),
    plainFields,
    query: queryType === null || sentQuery.length === 0 ? null : { type: queryType, value: sentFields(sentQuery, 'parameter', plainFields) },
    body: bodyType === null ? null : isForm ? { type: bodyType, value: sentFields(body.body.fields, 'form field', plainFields) } : body.body?.kind === 'text' ? { type: bodyType, value: body.value } : null,
  };
}

/** Lists are one value, or several of one name; what an object or a list becomes in another way is a text. */
function queryModel(parameters: readonly Fields[], security: readonly Pair[], types: SchemaTypes): TypeModel {
  const members = parameters.map((parameter): TypeMember => {
    const own = types.typeOf(parameter['schema']);
    const type: TypeModel = own.kind !== 'list' ? own : parameter['explode'] === false ? { kind: 'plain', name: 'string' } : { kind: 'either', of: [own.of, own] };
    return { name: textOf(parameter['name']) ?? '', type, isOptional: parameter['required'] !== true };
  });
  return { kind: 'object', members: [...members, ...security.map(([name]): TypeMember => ({ name, type: { kind: 'plain', name: 'string' }, isOptional: false }))], isOpen: false };
}

/** Members that are numbers or booleans. */
function plainIn(type: TypeModel | null, types: SchemaTypes, what: string): readonly (readonly [string, 'number' | 'boolean'])[] {
  const model = type?.kind === 'named' ? types.declared.get(type.name) : type;
  if (model?.kind !== 'object') return [];
  return model.members.flatMap(({ name, type: own }) => {
    const plain = plainType(own, types.declared);
    return plain === null ? [] : [[`${what} ${name}`, plain] as const];
  });
}

/** As the scenario writes them. */
function sentFields(pairs: readonly Pair[], what: string, plainFields: DescribedRequest['plainFields']): Fields {
  const fields = new Map<string, unknown[]>();
  for (const [name, text] of pairs) fields.set(name, [...(fields.get(name) ?? []), plainValue(text, plainFields.get(`${what} ${name}`))]);
  return Object.fromEntries([...fields].map(([name, values]) => [name, values.length === 1 ? values[0] : values]));
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
function bodyOf(media: Media | null, samples: SchemaSamples, documents: ApiDocuments): { readonly body: RecordedBody | null; readonly type: string | null; readonly value: unknown } {
  if (media === null) return { body: null, type: null, value: undefined };
  const { type, content } = media;
  const value = samples.ofMedia(content);
  if (/json/iu.test(type)) return { body: { kind: 'text', text: JSON.stringify(value) }, type, value };
  if (/urlencoded/iu.test(type)) return { body: { kind: 'fields', fields: Object.entries(fieldsOf(value)).map(([name, own]): Pair => [name, flat(own)]) }, type, value };
  if (/form-data/iu.test(type)) return { body: { kind: 'parts', parts: Object.entries(fieldsOf(value)).map(([name, own]) => partOf(name, own, isBinary(content['schema'], name, documents))) }, type, value: undefined };
  if (typeof value === 'string' && !/octet-stream|image|video|audio|zip|pdf/iu.test(type)) return { body: { kind: 'text', text: value }, type, value: undefined };
  return type.includes('*') ? { body: { kind: 'text', text: JSON.stringify(value) }, type: 'application/json', value } : { body: { kind: 'missing', bytes: null, what: type }, type, value: undefined };
}

function isBinary(schema: unknown, name: string, documents: ApiDocuments): boolean {
  const own = documents.resolved(fieldsOf(documents.resolved(schema)['properties'])[name]);
  return own['format'] === 'binary' || own['contentMediaType'] === 'application/octet-stream' || textOf(own['contentEncoding']) === 'binary';
}

function partOf(name: string, value: unknown, isBinary: boolean): RecordedPart {
  if (isBinary) return { name, filename: name, type: null, text: null, bytes: null };
  return { name, filename: null, type: isMap(value) ? 'application/json' : null, text: isMap(value) ? JSON.stringify(value) : flat(value), bytes: null };
}
