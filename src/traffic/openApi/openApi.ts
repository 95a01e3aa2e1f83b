/**
 * Descriptions of APIs (OpenAPI 3.0, 3.1 and 3.2): a request for each operation, with what has to be sent and what has an example. Values come from
 * examples, defaults, or the schema.
 */
import { counted } from '../../util/counted.ts';
import { isMap } from '../../util/typeGuards.ts';
import type { TrafficFile } from '../readers/content.ts';
import { fieldsOf, textOf } from '../readers/structuredText.ts';
import { unreadableTraffic, type DescribedRequest, type Recording } from '../recording.ts';
import { Names } from '../writer/code.ts';
import { AnswerSchemas } from './answerSchemas.ts';
import { ApiDocuments } from './apiDocuments.ts';
import { operationExample, type DescriptionReading, type OperationExample, type TypedValue } from './operation.ts';
import { SchemaSamples } from './schemaSamples.ts';
import { SchemaTypes, takenTypeNames, usedTypes, type TypeModel } from './schemaTypes.ts';
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
  const reading: DescriptionReading = { documents, samples: new SchemaSamples(documents), types: new SchemaTypes(documents, names.types), answers: new AnswerSchemas(documents, names.schemas), source };
  const examples = examplesIn(reading);
  if (examples.length === 0) throw unreadableTraffic(source, null, 'a description without operations');
  reading.types.withoutCircles();
  const { declared } = reading.types;
  const exchanges = examples.map(({ exchange, described, typed }) => ({ ...exchange, described: { ...described, types: fittingTypes(typed, declared) } }));
  const used = usedTypes(exchanges.flatMap(({ described }) => Object.values(described.types).flatMap((name) => name ?? [])), declared);
  const unfit = exchanges.filter(({ described }, index) => examples[index]?.typed.body?.type.kind === 'named' && described.types.body === null).length;
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

function examplesIn(reading: DescriptionReading): readonly OperationExample[] {
  const { documents } = reading;
  return Object.entries(documents.resolved(documents.root['paths'])).flatMap(([path, item]) => {
    const shared = documents.resolved(item);
    return methods.flatMap((method) => {
      const operation = shared[method];
      return isMap(operation) ? [operationExample({ path, method, shared, operation }, reading)] : [];
    });
  });
}

function fittingTypes({ path, query, headers, cookies, body }: OperationExample['typed'], declared: ReadonlyMap<string, TypeModel>): DescribedRequest['types'] {
  const fitting = (example: TypedValue | null): string | null => (example?.type.kind === 'named' && fitsType(example.value, example.type, declared) ? example.type.name : null);
  return { path: fitting(path), query: fitting(query), headers: fitting(headers), cookies: fitting(cookies), body: fitting(body) };
}
