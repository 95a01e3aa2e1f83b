/** A description with the files beside it that it refers to. Nothing is fetched from the network. */
import { posix } from 'node:path';
import { BoomerError } from '../../util/boomerError.ts';
import { isMap, isObject, type Fields } from '../../util/typeGuards.ts';
import { wholeText, type TrafficFile } from '../readers/content.ts';
import { fieldsOf, parseJson, parseYaml, textOf } from '../readers/structuredText.ts';
import { unreadableTraffic } from '../recording.ts';
import type { Names } from '../writer/code.ts';

/** References that lead to each other end here. */
const maxReferences = 20;

/** All documents of a description, whose references to each other are those of one. */
export class ApiDocuments {
  /** By the path from the root's folder; the root's own is empty. */
  readonly #documents: ReadonlyMap<string, unknown>;
  /** What references lead to that were not followed, for people. */
  readonly remarks: readonly string[];

  private constructor(documents: ReadonlyMap<string, unknown>, remarks: readonly string[]) {
    this.#documents = documents;
    this.remarks = remarks;
  }

  /** Rejects with a BoomerError for a file that is not there or cannot be read. */
  static async read(root: unknown, file: TrafficFile): Promise<ApiDocuments> {
    const documents = new Map<string, unknown>([['', root]]);
    const remote = new Set<string>();
    const wanted = new Set<string>(withAbsoluteReferences(root, '', remote));
    for (const path of wanted) {
      const document = await beside(file, path);
      documents.set(path, document);
      for (const other of withAbsoluteReferences(document, path, remote)) wanted.add(other);
    }
    return new ApiDocuments(documents, [...remote].map((url) => `what ${url} describes, which is not fetched: save it beside the file, and name it there`));
  }

  /** The root's members. */
  get root(): Fields {
    return fieldsOf(this.#documents.get(''));
  }

  /** The object itself, or what its `$ref` leads to, with what stands beside that. */
  resolved(value: unknown): Fields {
    let found = fieldsOf(value);
    for (let count = 0; count < maxReferences; count += 1) {
      const reference = textOf(found['$ref']);
      if (reference === null) return found;
      found = { ...found, $ref: undefined, ...fieldsOf(this.at(reference)) };
    }
    return {};
  }

  /** What a reference leads to; undefined for nothing. */
  at(reference: string): unknown {
    const [path = '', pointer = ''] = reference.split('#', 2);
    const keys = pointer.split('/').slice(1).map((key) => decodedKey(key).replaceAll('~1', '/').replaceAll('~0', '~'));
    return keys.reduce<unknown>((value, key) => (isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined), this.#documents.get(path));
  }
}

/** What references of a description lead to, made once each, with a name. */
export class NamedTargets<Made> {
  /** All that were made, by name. */
  readonly made: Map<string, Made> = new Map();
  readonly #documents: ApiDocuments;
  readonly #names: Names;
  readonly #nameFrom: (last: string) => string;
  readonly #byReference = new Map<string, string>();

  /** `names`: of all that a scenario has; `nameFrom`: a name out of what stands last in a reference. */
  constructor(documents: ApiDocuments, names: Names, nameFrom: (last: string) => string) {
    this.#documents = documents;
    this.#names = names;
    this.#nameFrom = nameFrom;
  }

  /** Its name; `unfinished` stands for it while it is made, as it may be made of itself. Null: it leads to nothing. */
  nameOf(reference: string, unfinished: Made, make: (schema: unknown) => Made): string | null {
    const known = this.#byReference.get(reference);
    if (known !== undefined) return known;
    const schema = this.#documents.at(reference);
    if (schema === undefined) return null;
    const last = reference.split(/[#/]/u).findLast((part) => part !== '') ?? 'schema';
    const name = this.free(last.replace(/\.(?:ya?ml|json)$/iu, '').replace(/~[01]/gu, ' '));
    this.#byReference.set(reference, name);
    this.made.set(name, unfinished);
    this.made.set(name, make(schema));
    return name;
  }

  /** A name for what no reference leads to. */
  free(wanted: string): string {
    return this.#names.free(this.#nameFrom(wanted));
  }
}

async function beside(file: TrafficFile, path: string): Promise<unknown> {
  const other = file.beside(path);
  let text: string;
  try {
    text = await wholeText(other);
  } catch (cause) {
    if (cause instanceof BoomerError && cause.code !== 'unreadable') throw cause;
    throw unreadableTraffic(file.source, null, `it refers to ${path}, which cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`, cause);
  }
  return /^\s*[{[]/u.test(text) ? parseJson(text, path) : parseYaml(text, path);
}

/** Makes each reference say which document it leads to, and returns the documents. `own`: the path of the one in which they stand. */
function withAbsoluteReferences(document: unknown, own: string, remote: Set<string>): readonly string[] {
  const found = new Set<string>();
  const open: unknown[] = [document];
  const seen = new Set<unknown>();
  // No recursion: documents may be nested as deeply as they like.
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (!isObject(value) || seen.has(value)) continue;
    seen.add(value);
    open.push(...Object.values(value).filter(isObject));
    const written = isMap(value) ? value['$ref'] : undefined;
    if (typeof written !== 'string') continue;
    if (/^[a-z][a-z\d+.-]+:/iu.test(written)) {
      remote.add(written.split('#', 1)[0] ?? '');
      continue;
    }
    const [path = '', pointer = ''] = written.split('#', 2);
    const target = path === '' ? own : posix.normalize(posix.join(posix.dirname(own), decodedKey(path)));
    if (target !== '') found.add(target);
    Reflect.set(value, '$ref', `${target}#${pointer}`);
  }
  return [...found];
}

function decodedKey(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
}
