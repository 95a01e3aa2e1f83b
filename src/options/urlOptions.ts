/** What is requested when a run is given URLs in place of a scenario. */
import type { OptionsOf } from './option.ts';
import { expected, text, texts, type Reader } from './readers.ts';

/** A header as it was typed, taken apart. */
export type TypedHeader = { readonly name: string; readonly value: string };

/** As checked values; null: nobody said anything. */
export type UrlSettings = {
  /** Null: POST with a body, GET without. */
  readonly method: string | null;
  readonly headers: readonly TypedHeader[];
  /** A text, or `@` and the path of a file. */
  readonly body: string | null;
  /** Where the scenario that stands for the URLs is to be kept. */
  readonly savedScenario: string | null;
};

const token = /^[!#$%&'*+.^_`|~\da-z-]+$/iu;

const method: Reader<string> = {
  kind: 'text',
  read(given, readText) {
    const typed = text.read(given, readText);
    if (token.test(typed)) return typed.toUpperCase();
    throw expected(given, 'a method of HTTP, e.g. POST');
  },
};

const headers: Reader<readonly TypedHeader[]> = {
  kind: 'texts',
  read: (given, readText) =>
    texts.read(given, readText).map((typed) => {
      const [, name = '', value = ''] = /^([^:]+):[ \t]*(.*?)[ \t]*$/u.exec(typed) ?? [];
      if (token.test(name)) return { name, value };
      // It may be a secret: not shown.
      throw expected({ ...given, raw: typed.replace(/:.*$/su, ': …') }, '"Name: value"');
    }),
};

const savedScenario: Reader<string> = {
  kind: 'text',
  read(given, readText) {
    const path = text.read(given, readText);
    if (/\.m?[tj]s$/u.test(path)) return path;
    throw expected(given, 'a file that ends in .ts, .mts, .js or .mjs');
  },
};

/** Whether it stands where a scenario file could, and is the URL of a request. */
export function isUrl(word: string): boolean {
  return /^https?:\/\//iu.test(word);
}

/** The options, by what they set. */
export const urlOptions: OptionsOf<UrlSettings, object> = {
  method: {
    name: 'request', aliases: ['X', 'method'], value: 'METHOD',
    reads: method, otherwise: null, unset: 'GET, with a body POST',
    group: 'URL', only: 'run',
    describe: 'Method of the requests',
  },
  headers: {
    name: 'header', value: '"NAME: VALUE"',
    reads: headers, otherwise: [], unset: 'none',
    group: 'URL', only: 'run', isSecret: true,
    describe: 'A header of the requests; may be repeated',
  },
  body: {
    name: 'body', aliases: ['data'], value: 'TEXT',
    reads: text, otherwise: null, unset: 'none',
    group: 'URL', only: 'run', isSecret: true,
    describe: 'Body of the requests; @FILE: what is in the file. JSON says that it is JSON, unless a header says otherwise',
  },
  savedScenario: {
    name: 'save', value: 'FILE',
    reads: savedScenario, otherwise: null, unset: 'not kept',
    group: 'URL', only: 'run',
    describe: 'Keep the scenario that stands for the URLs, to go on from; a file that is there already is a mistake',
  },
};
