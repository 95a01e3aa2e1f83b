/** Values that fit a JSON schema: examples and defaults where there are some, else the plainest that its types, formats and limits allow. */
import { isMap, type Fields } from '../../util/typeGuards.ts';
import { elementsOf, fieldsOf, numberOf, textOf } from '../readers/structuredText.ts';
import type { ApiDocuments } from './apiDocuments.ts';

/** Schemas that contain themselves end here. */
const maxDepth = 8;

const byFormat: Readonly<Record<string, string>> = {
  'date-time': '2026-01-01T00:00:00Z',
  date: '2026-01-01',
  time: '00:00:00Z',
  duration: 'P1D',
  email: 'user@example.com',
  uuid: '3fa85f64-5717-4562-b3fc-2c963f66afa6',
  uri: 'https://example.com/',
  url: 'https://example.com/',
  hostname: 'example.com',
  ipv4: '192.0.2.1',
  ipv6: '2001:db8::1',
  byte: 'dGV4dA==',
  binary: '',
  password: 'correct-horse-1',
};

/** Of one description. */
export class SchemaSamples {
  readonly #documents: ApiDocuments;

  constructor(documents: ApiDocuments) {
    this.#documents = documents;
  }

  ofParameter(parameter: Fields): unknown {
    const media = Object.values(fieldsOf(parameter['content']))[0];
    return media === undefined ? this.ofMedia(parameter) : JSON.stringify(this.ofMedia(fieldsOf(media)));
  }

  /** Of whatever has examples and a schema. */
  ofMedia(media: Fields): unknown {
    if (media['example'] !== undefined) return media['example'];
    const [first] = Object.values(fieldsOf(media['examples']));
    const { value } = this.#documents.resolved(first);
    return value === undefined ? (this.#of(media['schema'], 0) ?? null) : value;
  }

  hasExample(parameter: Fields): boolean {
    const schema = this.#documents.resolved(parameter['schema']);
    return parameter['example'] !== undefined || parameter['examples'] !== undefined || schema['example'] !== undefined || elementsOf(schema['examples']).length > 0;
  }

  #of(written: unknown, depth: number): unknown {
    const schema = this.#documents.resolved(written);
    if (schema['example'] !== undefined) return schema['example'];
    const [example] = elementsOf(schema['examples']);
    if (example !== undefined) return example;
    if (schema['default'] !== undefined && schema['default'] !== null) return schema['default'];
    if (schema['const'] !== undefined) return schema['const'];
    const choice = elementsOf(schema['enum']).find((value) => value !== null);
    if (choice !== undefined) return choice;
    if (depth > maxDepth) return null;
    const parts = elementsOf(schema['allOf']);
    if (parts.length > 0) return this.#all([...parts, { ...schema, allOf: [] }], depth);
    const [alternative] = [...elementsOf(schema['oneOf']), ...elementsOf(schema['anyOf'])].filter((own) => this.#documents.resolved(own)['type'] !== 'null');
    if (alternative !== undefined) {
      const value = this.#of(alternative, depth + 1);
      return isMap(value) && isMap(schema['properties']) ? { ...this.#object(schema, depth), ...value } : value;
    }
    return this.#ofType(schema, depth);
  }

  #all(parts: readonly unknown[], depth: number): unknown {
    const values = parts.map((part) => this.#of(part, depth + 1));
    const maps = values.filter(isMap);
    return maps.length > 0 ? Object.assign({}, ...maps) as unknown : values.find((value) => value !== null && value !== undefined);
  }

  #ofType(schema: Fields, depth: number): unknown {
    const type = textOf([schema['type']].flat().find((name) => name !== 'null')) ?? (isMap(schema['properties']) ? 'object' : schema['items'] === undefined ? '' : 'array');
    switch (type) {
      case 'object':
        return this.#object(schema, depth);
      case 'array':
        return Array.from({ length: Math.min(20, Math.max(1, numberOf(schema['minItems']) ?? 1)) }, () => this.#of(schema['items'], depth + 1));
      case 'integer':
      case 'number':
        return numberWithin(schema, type === 'integer');
      case 'boolean':
        return true;
      case 'string':
        return textWithin(schema);
      default:
        return depth === 0 ? {} : null;
    }
  }

  /** With all that is not for reading alone: who does not want an optional member sees it, and takes it away. */
  #object(schema: Fields, depth: number): Fields {
    const required = new Set(elementsOf(schema['required']));
    const members = Object.entries(fieldsOf(schema['properties'])).filter(([name, own]) => this.#documents.resolved(own)['readOnly'] !== true && (depth < 4 || required.has(name)));
    return Object.fromEntries(members.map(([name, own]) => [name, this.#of(own, depth + 1)]));
  }
}

function numberWithin(schema: Fields, isWhole: boolean): number {
  const step = numberOf(schema['multipleOf']) ?? (isWhole ? 1 : 0.5);
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema;
  const low = numberOf(exclusiveMinimum) ?? numberOf(minimum);
  const high = numberOf(exclusiveMaximum) ?? numberOf(maximum);
  const isAbove = numberOf(exclusiveMinimum) !== null || exclusiveMinimum === true;
  if (low !== null) return isAbove ? low + step : Math.max(low, high === null ? 1 : Math.min(1, high));
  return high === null ? 1 : Math.min(1, numberOf(exclusiveMaximum) === null ? high : high - step);
}

function textWithin(schema: Fields): string {
  const text = byFormat[textOf(schema['format']) ?? ''] ?? 'text';
  const longEnough = text.padEnd(Math.min(1000, numberOf(schema['minLength']) ?? 0), 'x');
  return longEnough.slice(0, numberOf(schema['maxLength']) ?? undefined);
}
