/** A step as a call of the client. */
import type { DescribedParameters } from '../steps/parameters.ts';
import type { JsonShape, Slot, SlotPair, Step, StepBody, StepPart } from '../steps/step.ts';
import { memberName, printed, quoted, textCode, type Parts, type Shape } from './code.ts';

/** What the values of a request become. */
export type Replaced = ReadonlyMap<Slot, Parts>;

const methods: ReadonlySet<string> = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS']);
/** What a request is written with. */
export type Surroundings = {
  readonly replaced: Replaced;
  /** What stands before the path anyway. */
  readonly origin: string | null;
  /** Behind the values that they are about. */
  readonly remarks: ReadonlyMap<Slot, string>;
  /** The row's. */
  readonly name: string;
  /** Of the check of its answers; null: there is none. */
  readonly check: string | null;
};

/** `this.client.get('/item/7', { name: '/item/[id]' })`; `used`: columns before it. */
export function requestCode(step: Step, { replaced, origin, remarks, name, check }: Surroundings, used: number): string {
  const { described } = step.visit;
  const url = urlCode(step, replaced, origin);
  const options: (readonly [string, Shape])[] = [];
  const shape = (slot: Slot): Shape => ({ code: valueCode(slot, replaced), remark: remarks.get(slot) });
  if (step.query !== null && !('place' in step.query) && step.query.length > 0) options.push(['query', { fields: grouped(step.query, shape), satisfies: described?.types.query ?? null }]);
  if (step.headers.length > 0) options.push(['headers', { fields: step.headers.map(([name, slot]) => [name, headerShape(slot, shape(slot), replaced)]), satisfies: described?.types.headers ?? null }]);
  if (step.body !== null) options.push(bodyOption(step.body, { shape, replaced, satisfies: described?.types.body ?? null }));
  if (rowOf(step, replaced) !== name) options.push(['name', { code: quoted(name) }]);
  if (step.visit.notFollowed !== null && step.method !== 'HEAD') options.push(['allowRedirects', { code: 'false', remark: step.visit.notFollowed }]);
  if (check !== null) options.push(['check', { code: `checks.${check}` }]);
  const call = methods.has(step.method) ? `this.client.${step.method.toLowerCase()}(${url}` : `this.client.request(${quoted(step.method)}, ${url}`;
  return options.length === 0 ? `${call})` : `${call}, ${printed({ fields: options }, 4, used + call.length + 4)})`;
}

/** What stands before a described request: its parameters with their types, and its cookies. */
export function parameterLines(parameters: DescribedParameters | undefined, replaced: Replaced): readonly string[] {
  if (parameters === undefined) return [];
  const { constants, cookies } = parameters;
  return [
    ...constants.map(({ type, fields }) => {
      const head = `const { ${fields.map(({ name, variable }) => (name === variable ? name : `${memberName(name)}: ${variable}`)).join(', ')} } = `;
      return `${head}${printed({ fields: fields.map(({ name, slot }) => [name, { code: valueCode(slot, replaced) }]), satisfies: type }, 4, head.length + 4)};`;
    }),
    ...cookies.map(([name, value]) => `this.client.cookies.set(${textCode([`${name}=`, ...('code' in value ? [value] : partsOf(value, replaced))])});`),
  ];
}

/** The row that the client would choose; null for one that varies. */
function rowOf({ path, query }: Step, replaced: Replaced): string | null {
  return query === null && path.every((slot) => !replaced.has(slot)) ? `/${path.map(({ value }) => String(value)).join('/')}` : null;
}

function urlCode({ origin: own, path, query }: Step, replaced: Replaced, origin: string | null): string {
  const parts: (Parts[number])[] = [own === origin ? '' : own];
  for (const slot of path) parts.push('/', ...partsOf(slot, replaced));
  if (query !== null && 'place' in query) parts.push('?', ...partsOf(query, replaced));
  return textCode(parts);
}

function partsOf(slot: Slot, replaced: Replaced): Parts {
  return replaced.get(slot) ?? [String(slot.value)];
}

function valueCode(slot: Slot, replaced: Replaced): string {
  const parts = replaced.get(slot);
  if (parts === undefined) return typeof slot.value === 'string' ? quoted(slot.value) : String(slot.value);
  const [only] = parts;
  if (parts.length === 1 && typeof only === 'object' && only.type === 'sent') return only.code;
  const isNumber = parts.length === 1 && typeof only === 'object' && only.type === 'number';
  if (!isNumber) return typeof slot.value === 'number' ? `Number(${textCode(parts)})` : textCode(parts);
  return typeof slot.value === 'number' ? only.code : `String(${only.code})`;
}

/** Headers go out letter by letter as bytes: what has others than ASCII was UTF-8. */
function headerShape(slot: Slot, shape: Shape, replaced: Replaced): Shape {
  const isAscii = partsOf(slot, replaced).every((part) => typeof part !== 'string' || /^[\0-\u007F]*$/u.test(part));
  return isAscii || !('code' in shape) ? shape : { ...shape, code: `Buffer.from(${shape.code}).toString('latin1')` };
}

function grouped(pairs: readonly SlotPair[], shape: (slot: Slot) => Shape): readonly (readonly [string, Shape])[] {
  const names = [...new Set(pairs.map(([name]) => name))];
  return names.map((name) => {
    const shapes = pairs.filter(([own]) => own === name).map(([, slot]) => shape(slot));
    const [first] = shapes;
    return [name, shapes.length === 1 && first !== undefined ? first : { list: shapes }] as const;
  });
}

type BodySurroundings = { readonly shape: (slot: Slot) => Shape; readonly replaced: Replaced; readonly satisfies: string | null };

function bodyOption(body: StepBody, { shape, replaced, satisfies }: BodySurroundings): readonly [string, Shape] {
  switch (body.kind) {
    case 'json':
      return ['json', { ...jsonShape(body.json, shape), satisfies }];
    case 'form':
      return ['form', { fields: grouped(body.fields, shape), satisfies }];
    case 'multipart':
      return ['multipart', { fields: multipartFields(body.parts, shape) }];
    case 'text':
      return ['body', shape(body.text)];
    case 'latin1':
      return ['body', { code: `Buffer.from(${valueCode(body.text, replaced)}, 'latin1')` }];
    case 'bytes':
      if (body.base64 !== null) return ['body', { code: `Buffer.from(${valueCode(body.base64, replaced)}, 'base64')` }];
      return ['body', { code: `new Uint8Array(${body.length})`, remark: 'stands for bytes that are too long to be written here' }];
    case 'missing':
      return ['body', { code: `new Uint8Array(${body.bytes ?? 1024})`, remark: body.what === null ? 'the recording does not have this body' : `stands for ${body.what}, which the recording does not have` }];
  }
}

function jsonShape(json: JsonShape, shape: (slot: Slot) => Shape): Shape {
  if ('leaf' in json) return shape(json.leaf);
  if ('list' in json) return { list: json.list.map((value) => jsonShape(value, shape)) };
  return { fields: json.members.map(([name, value]) => [name, jsonShape(value, shape)]) };
}

function multipartFields(parts: readonly StepPart[], shape: (slot: Slot) => Shape): readonly (readonly [string, Shape])[] {
  const names = [...new Set(parts.map(({ name }) => name))];
  return names.map((name) => {
    const shapes = parts.filter((part) => part.name === name).map((part) => partShape(part, shape));
    const [first] = shapes;
    return [name, shapes.length === 1 && first !== undefined ? first : { list: shapes }] as const;
  });
}

function partShape({ content, filename, type, bytes }: StepPart, shape: (slot: Slot) => Shape): Shape {
  const shown: Shape = content === null ? { code: `new Uint8Array(${bytes ?? 1024})` } : shape(content);
  if (filename === null && type === null) return shown;
  return {
    fields: [
      ['content', content === null ? { ...shown, remark: 'stands for the file, which the recording does not have' } : shown],
      ...(filename === null ? [] : [['filename', { code: quoted(filename) }] as const]),
      ...(type === null ? [] : [['type', { code: quoted(type) }] as const]),
    ],
  };
}
