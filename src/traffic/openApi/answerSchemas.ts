/** What answers look like, as JSON schemas (draft-07) that validators take, whatever dialect the description is written in. */
import { isMap, type Fields } from '../../util/typeGuards.ts';
import { elementsOf, fieldsOf, textOf } from '../readers/structuredText.ts';
import type { Names } from '../writer/code.ts';
import { NamedTargets, type ApiDocuments } from './apiDocuments.ts';

/** Where a schema finds those that it refers to. */
const definitions = 'api#/definitions/';
/** Inline schemas that are deeper than this are anything. */
const maxDepth = 40;

/** Keywords that are the same everywhere, and hold no schemas. */
const plainKeywords = ['type', 'enum', 'const', 'minimum', 'maximum', 'multipleOf', 'minLength', 'maxLength', 'minItems', 'maxItems', 'uniqueItems', 'minProperties', 'maxProperties'];
const listKeywords = ['allOf', 'anyOf', 'oneOf'];
const schemaKeywords = ['not', 'items', 'additionalProperties', 'contains', 'propertyNames', 'if', 'then', 'else'];
const mapKeywords = ['properties', 'patternProperties'];

/** Of one description. */
export class AnswerSchemas {
  readonly #documents: ApiDocuments;
  readonly #referred: NamedTargets<unknown>;

  /** `names`: of all schemas that a scenario has. */
  constructor(documents: ApiDocuments, names: Names) {
    this.#documents = documents;
    this.#referred = new NamedTargets(documents, names, (last) => last.replace(/[^\w.-]/gu, '_'));
  }

  /** Those that others refer to, by name. */
  get definitions(): ReadonlyMap<string, unknown> {
    return this.#referred.made;
  }

  /** Of each status (`200`, `4XX`, `default`) whose answer is JSON with a schema. */
  of(operation: Fields): ReadonlyMap<string, unknown> {
    const found = new Map<string, unknown>();
    for (const [status, written] of Object.entries(fieldsOf(operation['responses']))) {
      const media = Object.entries(fieldsOf(this.#documents.resolved(written)['content'])).find(([type]) => /[/+]json/iu.test(type))?.[1];
      const { schema } = fieldsOf(media);
      if (isMap(schema)) found.set(/^[1-5]xx$/iu.test(status) ? status.toUpperCase() : status, this.#converted(schema, 0));
    }
    return found;
  }

  #converted(written: unknown, depth: number): unknown {
    if (!isMap(written)) return written !== false;
    if (depth > maxDepth) return true;
    const reference = textOf(written['$ref']);
    const own = this.#own(written, depth);
    if (reference === null) return own;
    const name = this.#referred.nameOf(reference, true, (schema) => this.#converted(schema, 0));
    const referred = name === null ? true : { $ref: `${definitions}${name}` };
    return Object.keys(own).length === 0 ? referred : { allOf: [referred, own] };
  }

  #own(schema: Fields, depth: number): Record<string, unknown> {
    const own: Record<string, unknown> = {};
    for (const keyword of plainKeywords) if (schema[keyword] !== undefined) own[keyword] = schema[keyword];
    for (const keyword of listKeywords) if (elementsOf(schema[keyword]).length > 0) own[keyword] = elementsOf(schema[keyword]).map((part) => this.#converted(part, depth + 1));
    for (const keyword of schemaKeywords) if (schema[keyword] !== undefined) own[keyword] = this.#converted(schema[keyword], depth + 1);
    for (const keyword of mapKeywords) {
      const members = Object.entries(fieldsOf(schema[keyword])).filter(([name]) => keyword === 'properties' || isPattern(name));
      if (members.length > 0) own[keyword] = Object.fromEntries(members.map(([name, part]) => [name, this.#converted(part, depth + 1)]));
    }
    const required = elementsOf(schema['required']).filter((name) => typeof name === 'string' && this.#documents.resolved(fieldsOf(schema['properties'])[name])['writeOnly'] !== true);
    if (required.length > 0) own['required'] = required;
    if (isPattern(schema['pattern'])) own['pattern'] = schema['pattern'];
    limits(schema, own);
    return schema['nullable'] === true && typeof own['type'] === 'string' ? nullable(own) : own;
  }
}

/** 3.0 has booleans beside the limits, 3.1 has limits. */
function limits(schema: Fields, own: Record<string, unknown>): void {
  for (const [keyword, limit] of [['exclusiveMinimum', 'minimum'], ['exclusiveMaximum', 'maximum']] as const) {
    if (typeof schema[keyword] === 'number') own[keyword] = schema[keyword];
    else if (schema[keyword] === true && typeof schema[limit] === 'number') {
      own[keyword] = schema[limit];
      Reflect.deleteProperty(own, limit);
    }
  }
}

function nullable(own: Record<string, unknown>): Record<string, unknown> {
  return { ...own, type: [own['type'], 'null'], ...(Array.isArray(own['enum']) ? { enum: [...new Set([...elementsOf(own['enum']), null])] } : {}) };
}

/** Some descriptions have patterns of other languages. */
function isPattern(text: unknown): boolean {
  if (typeof text !== 'string') return false;
  try {
    return new RegExp(text, 'u').source !== '';
  } catch {
    return false;
  }
}
