/** Types as text, and whether a value that is written beside one fits it, as TypeScript sees that. */
import { isList, isMap } from '../../util/typeGuards.ts';
import { typeMember, quoted } from '../writer/code.ts';
import type { TypeModel } from './schemaTypes.ts';

const maxColumns = 140;

/** `type Item = …;`, on one line where it fits. */
export function declaration(name: string, type: TypeModel): string {
  const head = `type ${name} = `;
  return `${head}${typeText(type, 0, head.length + 1)};`;
}

/** `indent`: spaces before its last line; `used`: columns before its first. */
function typeText(type: TypeModel, indent: number, used: number): string {
  switch (type.kind) {
    case 'plain':
    case 'named':
      return type.name;
    case 'literal':
      return typeof type.value === 'string' ? quoted(type.value) : String(type.value);
    case 'list':
      return `${inBrackets(type.of, indent, used)}[]`;
    case 'dictionary':
      // Not a Record, which cannot be one of itself.
      return `{ [name: string]: ${typeText(type.of, indent, used)} }`;
    case 'either':
      return onSeveralLines(type.of.map((own) => typeText(own, indent + 4, used)), ' | ', indent, used);
    case 'both':
      return type.of.map((own) => inBrackets(own, indent, used)).join(' & ');
    case 'object':
      return objectText(type, indent, used);
  }
}

function onSeveralLines(parts: readonly string[], separator: string, indent: number, used: number): string {
  const line = parts.join(separator);
  const space = ' '.repeat(indent + 2);
  return used + line.length <= maxColumns || line.includes('\n') ? line : `\n${parts.map((part) => `${space}|${part.startsWith('\n') ? '' : ' '}${part}`).join('\n')}`;
}

function inBrackets(type: TypeModel, indent: number, used: number): string {
  const text = typeText(type, indent, used);
  return type.kind === 'either' || type.kind === 'both' ? `(${text})` : text;
}

function objectText({ members, isOpen }: Extract<TypeModel, { kind: 'object' }>, indent: number, used: number): string {
  const space = ' '.repeat(indent + 2);
  const rows = members.map(({ name, type, isOptional }) => `${typeMember(name)}${isOptional ? '?' : ''}: ${typeText(type, indent + 2, indent + name.length + 6)}`);
  const all = isOpen ? [...rows, '[name: string]: unknown'] : rows;
  const flat = `{ ${all.join('; ')} }`;
  return used + flat.length <= maxColumns && !flat.includes('\n') ? flat : `{\n${all.map((row) => `${space}${row};`).join('\n')}\n${' '.repeat(indent)}}`;
}

/** True for a value that `satisfies` takes as it stands there: members that the type does not know are none of it. */
export function fitsType(value: unknown, type: TypeModel, declared: ReadonlyMap<string, TypeModel>): boolean {
  return fits(value, type, declared) && hasKnownMembers(value, type, declared);
}

function fits(value: unknown, type: TypeModel, declared: ReadonlyMap<string, TypeModel>): boolean {
  switch (type.kind) {
    case 'plain':
      return type.name === 'unknown' || (type.name === 'null' ? value === null : typeof value === type.name);
    case 'named': {
      const own = declared.get(type.name);
      return own !== undefined && fits(value, own, declared);
    }
    case 'literal':
      return value === type.value;
    case 'list':
      return isList(value) && value.every((element) => fitsType(element, type.of, declared));
    case 'dictionary':
      return isMap(value) && Object.values(value).every((element) => fitsType(element, type.of, declared));
    case 'either':
      return type.of.some((own) => fits(value, own, declared) && hasKnownMembers(value, own, declared));
    case 'both':
      return type.of.every((own) => fits(value, own, declared));
    case 'object':
      return isMap(value) && type.members.every(({ name, type: own, isOptional }) => (Object.hasOwn(value, name) ? fitsType(value[name], own, declared) : isOptional));
  }
}

function hasKnownMembers(value: unknown, type: TypeModel, declared: ReadonlyMap<string, TypeModel>): boolean {
  const known = isMap(value) ? knownMembers(type, declared, new Set()) : null;
  return known === null || Object.keys(fieldsIn(value)).every((name) => known.has(name));
}

function fieldsIn(value: unknown): Readonly<Record<string, unknown>> {
  return isMap(value) ? value : {};
}

/** Null: any. */
function knownMembers(type: TypeModel, declared: ReadonlyMap<string, TypeModel>, seen: Set<string>): ReadonlySet<string> | null {
  switch (type.kind) {
    case 'object':
      return type.isOpen ? null : new Set(type.members.map(({ name }) => name));
    case 'both':
    case 'either': {
      const all = type.of.map((own) => knownMembers(own, declared, seen));
      return all.includes(null) ? null : new Set(all.flatMap((names) => [...(names ?? [])]));
    }
    case 'named': {
      const own = declared.get(type.name);
      if (own === undefined || seen.has(type.name)) return new Set();
      return knownMembers(own, declared, seen.add(type.name));
    }
    case 'list':
    case 'literal':
      return new Set();
    case 'plain':
      return type.name === 'unknown' ? null : new Set();
    case 'dictionary':
      return null;
  }
}
