/** TypeScript types of JSON schemas: named by component, with unions for alternatives, as somebody would write them who reads the description. */
import { isList, isMap, type Fields } from '../../util/typeGuards.ts';
import { elementsOf, fieldsOf, textOf } from '../readers/structuredText.ts';
import type { Names } from '../writer/code.ts';
import { NamedTargets, type ApiDocuments } from './apiDocuments.ts';

/** A type as data; `named`: one that is declared by itself. */
export type TypeModel =
  | { readonly kind: 'plain'; readonly name: 'string' | 'number' | 'boolean' | 'null' | 'unknown' }
  | { readonly kind: 'literal'; readonly value: string | number | boolean }
  | { readonly kind: 'list'; readonly of: TypeModel }
  | { readonly kind: 'dictionary'; readonly of: TypeModel }
  | { readonly kind: 'object'; readonly members: readonly TypeMember[]; readonly isOpen: boolean }
  | { readonly kind: 'either' | 'both'; readonly of: readonly TypeModel[] }
  | { readonly kind: 'named'; readonly name: string };

/** A member of an object. */
export type TypeMember = { readonly name: string; readonly type: TypeModel; readonly isOptional: boolean };

/** Inline schemas that are deeper than this are anything. */
const maxDepth = 20;
/** What a type may not be called, since scenarios use it as something else. */
export const takenTypeNames: readonly string[] = 'Ajv Array ArrayBuffer BigInt Blob Boolean Buffer Crypto Date Error File FormData Function HttpUser Infinity Intl Iterator JSON Map Math NaN Number Object Promise Proxy Record Reflect RegExp Request Response SequentialTaskSet Set String Symbol TaskItem URL Uint8Array WeakMap WeakSet'.split(' ');

const plain = (name: Extract<TypeModel, { kind: 'plain' }>['name']): TypeModel => ({ kind: 'plain', name });
const anything = plain('unknown');

/** Types of one description, for what is sent: members that are for reading alone are left out. */
export class SchemaTypes {
  readonly #documents: ApiDocuments;
  readonly #named: NamedTargets<TypeModel>;

  /** `names`: of all types of a scenario. */
  constructor(documents: ApiDocuments, names: Names) {
    this.#documents = documents;
    this.#named = new NamedTargets(documents, names, typeName);
  }

  /** Types by name, in the order in which they were asked for. */
  get declared(): ReadonlyMap<string, TypeModel> {
    return this.#named.made;
  }

  /** TypeScript knows no type that is made of itself: what has itself for a part, as bases have that name those that extend them, loses that part. */
  withoutCircles(): void {
    for (const kind of ['both', 'either'] as const) {
      for (const [name, type] of this.#named.made) {
        const cut = this.#cut(type, name, kind);
        if (cut !== type) this.#named.made.set(name, cut);
      }
    }
  }

  #cut(type: TypeModel, name: string, kind: 'both' | 'either'): TypeModel {
    if (!this.#leadsTo(type, name, new Set())) return type;
    if (type.kind === 'named') return kind === 'either' ? anything : type;
    if (type.kind !== 'both' && type.kind !== 'either') return type;
    const parts = type.of.flatMap((own) => (own.kind !== 'named' ? [this.#cut(own, name, kind)] : type.kind === kind && this.#leadsTo(own, name, new Set()) ? [] : [own]));
    return type.kind === 'both' ? (parts.length === 0 ? anything : both(parts)) : either(parts);
  }

  /** True when a type is made of the one with this name, not only of objects that have it. */
  #leadsTo(type: TypeModel, name: string, seen: Set<string>): boolean {
    if (type.kind === 'both' || type.kind === 'either') return type.of.some((own) => this.#leadsTo(own, name, seen));
    if (type.kind !== 'named') return false;
    if (type.name === name) return true;
    const own = this.#named.made.get(type.name);
    return own !== undefined && !seen.has(type.name) && this.#leadsTo(own, name, seen.add(type.name));
  }

  /** A type with a name: the component's, or the one that is wanted. */
  named(schema: unknown, wanted: string): TypeModel {
    const type = this.typeOf(schema);
    return type.kind === 'named' || type.kind === 'plain' ? type : this.declare(wanted, type);
  }

  /** Gives a type a name, or another one where that is taken. */
  declare(wanted: string, type: TypeModel): TypeModel {
    const name = this.#named.free(wanted);
    this.#named.made.set(name, type);
    return { kind: 'named', name };
  }

  typeOf(schema: unknown, depth = 0): TypeModel {
    const reference = textOf(fieldsOf(schema)['$ref']);
    if (reference !== null) {
      const name = this.#named.nameOf(reference, anything, (referred) => this.typeOf(referred));
      return name === null ? anything : { kind: 'named', name };
    }
    return depth > maxDepth ? anything : this.#inline(fieldsOf(schema), depth);
  }

  #inline(schema: Fields, depth: number): TypeModel {
    if (schema['type'] === 'null') return plain('null');
    const type = this.#withoutNull(schema, depth);
    // 3.0 says so beside the type, 3.1 in it.
    const isNullable = schema['nullable'] === true || elementsOf(schema['type']).includes('null') || elementsOf(schema['enum']).includes(null);
    return isNullable ? either([type, plain('null')]) : type;
  }

  #withoutNull(schema: Fields, depth: number): TypeModel {
    const values = schema['const'] === undefined ? elementsOf(schema['enum']).filter((value) => value !== null) : [schema['const']];
    if (values.length > 0) return either(values.map(literal));
    const alternatives = [...elementsOf(schema['oneOf']), ...elementsOf(schema['anyOf'])].map((own) => this.typeOf(own, depth + 1)).filter((own) => own !== anything);
    const parts = elementsOf(schema['allOf']).map((own) => this.typeOf(own, depth + 1)).filter((own) => own !== anything);
    const own = this.#ownType(schema, depth);
    const all = [...parts, ...(own === anything || (own.kind === 'dictionary' && parts.length + alternatives.length > 0) ? [] : [own]), ...(alternatives.length === 0 ? [] : [either(alternatives)])];
    return all.length === 0 ? own : both(all);
  }

  #ownType(schema: Fields, depth: number): TypeModel {
    const types = (isList(schema['type']) ? schema['type'] : [schema['type']]).filter((name) => name !== 'null' && name !== undefined);
    if (types.length === 0) return isMap(schema['properties']) || isMap(schema['additionalProperties']) ? this.#object(schema, depth) : schema['items'] === undefined ? anything : this.#list(schema, depth);
    return either(types.map((name) => {
      switch (name) {
        case 'object':
          return this.#object(schema, depth);
        case 'array':
          return this.#list(schema, depth);
        case 'integer':
        case 'number':
          return plain('number');
        case 'string':
        case 'boolean':
        case 'null':
          return plain(name);
        default:
          return anything;
      }
    }));
  }

  #list(schema: Fields, depth: number): TypeModel {
    return { kind: 'list', of: this.typeOf(schema['items'], depth + 1) };
  }

  #object(schema: Fields, depth: number): TypeModel {
    const required = new Set(elementsOf(schema['required']));
    const members = Object.entries(fieldsOf(schema['properties']))
      .filter(([, own]) => this.#documents.resolved(own)['readOnly'] !== true)
      .map(([name, own]): TypeMember => ({ name, type: this.typeOf(own, depth + 1), isOptional: !required.has(name) }));
    const others = schema['additionalProperties'];
    if (members.length === 0) return { kind: 'dictionary', of: isMap(others) ? this.typeOf(others, depth + 1) : anything };
    return { kind: 'object', members, isOpen: others === true || isMap(others) };
  }
}

function literal(value: unknown): TypeModel {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? { kind: 'literal', value } : anything;
}

/** One of these, each once; anything swallows the others. */
function either(types: readonly TypeModel[]): TypeModel {
  const flat = types.flatMap((type) => (type.kind === 'either' ? type.of : [type]));
  const distinct = [...new Map(flat.map((type) => [JSON.stringify(type), type])).values()];
  const [only] = distinct;
  return distinct.includes(anything) || only === undefined ? anything : distinct.length === 1 ? only : { kind: 'either', of: distinct };
}

/** All of these at once: objects that stand side by side are one. */
function both(types: readonly TypeModel[]): TypeModel {
  const objects = types.filter((type) => type.kind === 'object');
  const members = new Map(objects.flatMap((type) => type.members).map((member) => [member.name, member]));
  const joined: readonly TypeModel[] = objects.length === 0 ? [] : [{ kind: 'object', members: [...members.values()], isOpen: objects.some(({ isOpen }) => isOpen) }];
  const all = [...types.filter((type) => type.kind !== 'object'), ...joined];
  const [only] = all;
  return all.length === 1 && only !== undefined ? only : { kind: 'both', of: all };
}

/** `NewItem` of `new-item`. */
function typeName(text: string): string {
  const name = text.normalize('NFKD').replace(/\p{M}/gu, '').split(/[^A-Za-z0-9]+/u).map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`).join('').slice(0, 60);
  return /^[A-Z]/u.test(name) ? name : `Type${name}`;
}

/** Of all that are declared those with these names, and those that they are made of. */
export function usedTypes(names: readonly string[], declared: ReadonlyMap<string, TypeModel>): ReadonlyMap<string, TypeModel> {
  const used = new Set(names);
  for (const name of used) for (const other of namesIn(declared.get(name))) used.add(other);
  return new Map([...declared].filter(([name]) => used.has(name)));
}

function namesIn(type: TypeModel | undefined): readonly string[] {
  switch (type?.kind) {
    case 'named':
      return [type.name];
    case 'list':
    case 'dictionary':
      return namesIn(type.of);
    case 'either':
    case 'both':
      return type.of.flatMap(namesIn);
    case 'object':
      return type.members.flatMap((member) => namesIn(member.type));
    case 'plain':
    case 'literal':
    case undefined:
      return [];
  }
}

/** What a type is if it is no text and no object, or a list of such; null: anything else. */
export function plainType(type: TypeModel | undefined, declared: ReadonlyMap<string, TypeModel>): 'number' | 'boolean' | null {
  switch (type?.kind) {
    case 'plain':
      return type.name === 'number' || type.name === 'boolean' ? type.name : null;
    case 'literal':
      return typeof type.value === 'string' ? null : typeof type.value === 'number' ? 'number' : 'boolean';
    case 'named':
      return plainType(declared.get(type.name), declared);
    case 'list':
      return plainType(type.of, declared);
    case 'either': {
      const all = new Set(type.of.filter((own) => own.kind !== 'plain' || own.name !== 'null').map((own) => plainType(own, declared)));
      const [only = null] = all;
      return all.size === 1 ? only : null;
    }
    case 'both':
    case 'dictionary':
    case 'object':
    case undefined:
      return null;
  }
}
