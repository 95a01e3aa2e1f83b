/** Words of command lines, as bash and Windows' cmd take them apart: what "Copy as cURL" of browsers writes for either. */
import { holeFor, unreadableTraffic } from '../recording.ts';

/** A command, the line on which it begins, from 1, and what it reads from its standard input; null: the script does not have that. */
export type ShellCommand = { readonly words: readonly string[]; readonly line: number; readonly input: string | null };

/** A text that stands in the lines behind its command (`<<EOF`), up to the line that is `end`. */
type HereDocument = { readonly end: string; readonly isLiteral: boolean; readonly isIndented: boolean; readonly input: { text: string | null } };

/** Cmd's lines end with a caret where they go on, and its quotes are mostly behind one. */
export function isCmd(text: string): boolean {
  return /\^\r?\n/u.test(text) || /\bcurl(?:\.exe)?\s+\^"/iu.test(text);
}

/** All commands of a file; throws a BoomerError with the line for a quote that never ends. */
export function shellCommands(text: string, source: string): readonly ShellCommand[] {
  return isCmd(text) ? cmdCommands(text) : bashCommands(text, source);
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', a: '\u0007', b: '\b', e: '\u001B', E: '\u001B', f: '\f', v: '\v' };

function bashCommands(text: string, source: string): readonly ShellCommand[] {
  const commands: { readonly words: readonly string[]; readonly line: number; readonly input: { readonly text: string | null } }[] = [];
  let words: string[] = [];
  let word: string | null = null;
  /** Of the command that is read; filled later where it is a document. */
  let input: { text: string | null } = { text: null };
  let isInput = false;
  let documents: HereDocument[] = [];
  let line = 1;
  let startLine = 1;
  let at = 0;
  const endWord = (): void => {
    if (word !== null && isInput) input.text = `${word}\n`;
    else if (word !== null) words.push(word);
    if (word !== null) isInput = false;
    word = null;
  };
  const endCommand = (): void => {
    endWord();
    if (words.length > 0) commands.push({ words, line: startLine, input });
    words = [];
    input = { text: null };
  };
  const add = (part: string): void => {
    if (word === null && words.length === 0) startLine = line;
    word = (word ?? '') + part;
  };
  /** From behind the quote to behind the one that ends it. */
  const quoted = (isEnd: (character: string) => boolean, piece: () => string): void => {
    const from = line;
    add('');
    while (at < text.length && !isEnd(text[at] ?? '')) {
      if (text[at] === '\n') line += 1;
      add(piece());
    }
    if (at >= text.length) throw unreadableTraffic(source, `line ${from}`, 'a quote begins here and never ends: the command was cut off');
    at += 1;
  };
  const one = (): string => text[at++] ?? '';
  while (at < text.length) {
    const character = one();
    const next = text[at] ?? '';
    if (character === "'") quoted((end) => end === "'", one);
    else if (character === '"') quoted((end) => end === '"', () => doublyQuoted());
    else if (character === '$' && next === "'") {
      at += 1;
      quoted((end) => end === "'", () => (text[at] === '\\' ? ansiEscape() : one()));
    } else if (character === '$' && next === '"') continue;
    else if (character === '`' || (/[$<>]/u.test(character) && next === '(')) add(substitution(character));
    else if (character === '$' && /[\w{]/u.test(next)) add(variable());
    else if (character === '\\') {
      if (next === '\r' || next === '\n') {
        at += next === '\r' ? 2 : 1;
        line += 1;
      } else add(one());
    } else if (character === '\n' || character === ';' || character === '&' || character === '|' || character === ')') {
      endCommand();
      if (character === '\n') {
        line += 1;
        for (const document of documents) document.input.text = documentText(document);
        documents = [];
      }
    } else if (character === '#' && word === null) {
      while (at < text.length && text[at] !== '\n') at += 1;
    } else if (/\s/u.test(character)) endWord();
    else if (character === '<' && text.startsWith('<<', at) && word === null) {
      at += 2;
      isInput = true;
    } else if (character === '<' && next === '<' && word === null) beginDocument();
    else if ((character === '>' || character === '<') && (word === null || /^\d$/u.test(word))) {
      // Where to is nobody's business here.
      word = null;
      at += /^[<>&|]*[ \t]*(?:'[^']*'|"[^"]*"|[^\s;|]*)/u.exec(text.slice(at))?.[0].length ?? 0;
    } else add(character);
  }
  endCommand();
  return commands.map(({ input: { text: own }, ...command }) => ({ ...command, input: own }));

  /** Behind the first of its signs. */
  function beginDocument(): void {
    const [whole = '', dash, singly, doubly, escape, bare] = /^<(-?)[ \t]*(?:'([^'\n]*)'|"([^"\n]*)"|(\\?)([^\s;|&<>()'"]+))/u.exec(text.slice(at, at + 200)) ?? [];
    at += Math.max(1, whole.length);
    const end = singly ?? doubly ?? bare;
    if (end !== undefined) documents.push({ end, isLiteral: bare === undefined || escape === '\\', isIndented: dash === '-', input });
  }

  /** From the start of its first line to behind the line that ends it. */
  function documentText({ end, isLiteral, isIndented }: HereDocument): string {
    const firstLine = line;
    let lastAt = at;
    let behind = at;
    for (let own: string | null = null; own !== end; line += 1) {
      if (behind >= text.length) throw unreadableTraffic(source, `line ${firstLine}`, `a text up to ${end} begins here and never ends: it was cut off`);
      lastAt = behind;
      const to = text.indexOf('\n', behind);
      behind = to < 0 ? text.length : to + 1;
      const written = text.slice(lastAt, behind).replace(/\r?\n$/u, '');
      own = isIndented ? written.replace(/^\t+/u, '') : written;
    }
    const lineBehind = line;
    let read = '';
    while (at < lastAt) read += isLiteral ? one() : doublyQuoted(/[$`\\]/u);
    [at, line] = [behind, lineBehind];
    return isIndented ? read.replace(/^\t+/gmu, '') : read;
  }

  /** `escapable`: what a backslash takes its meaning from. */
  function doublyQuoted(escapable: RegExp = /[$`"\\]/u): string {
    const character = one();
    const next = text[at] ?? '';
    if (character === '\\' && escapable.test(next)) return one();
    if (character === '\\' && next === '\n') {
      at += 1;
      line += 1;
      return '';
    }
    if (character === '`' || (character === '$' && next === '(')) return substitution(character);
    return character === '$' && /[\w{]/u.test(next) ? variable() : character;
  }

  /** What another program would say, from behind its first sign: nobody knows here, so it is asked for as a variable is, by the command's words. */
  function substitution(sign: string): string {
    const from = line;
    const start = sign === '`' ? at : at + 1;
    let depth = 1;
    for (at = start; at < text.length && depth > 0; at += 1) {
      const character = text[at] ?? '';
      if (character === '\n') line += 1;
      if (character === '\\') at += 1;
      else if (sign === '`') depth -= Number(character === '`');
      else depth += Number(character === '(') - Number(character === ')');
    }
    if (depth > 0) throw unreadableTraffic(source, `line ${from}`, 'a command within the command begins here and never ends: it was cut off');
    const name = text.slice(start, at - 1).replaceAll(/\W+/gu, '_').replaceAll(/^_+|_+$/gu, '').slice(0, 40);
    return holeFor(name === '' ? 'command' : name);
  }

  function variable(): string {
    const [whole = '', braced, bare] = /^(?:\{(\w+)[^}]*\}|(\w+))/u.exec(text.slice(at, at + 200)) ?? [];
    at += whole.length;
    return whole === '' ? '$' : holeFor(braced ?? bare ?? '');
  }

  function ansiEscape(): string {
    // Bytes in a row may be one letter.
    const [bytes = ''] = /^(?:\\x[\da-f]{1,2}|\\[0-7]{1,3})+/iu.exec(text.slice(at, at + 1000)) ?? [];
    at += bytes.length;
    if (bytes !== '') return Buffer.from((bytes.match(/[^\\]+/gu) ?? []).map((byte) => (/^x/iu.test(byte) ? Number.parseInt(byte.slice(1), 16) : Number.parseInt(byte, 8)))).toString();
    const [whole = '\\', unicode, letter = ''] = /^\\(?:[uU]([\da-f]{1,8})|(.))/isu.exec(text.slice(at, at + 12)) ?? [];
    at += whole.length;
    if (unicode !== undefined) return String.fromCodePoint(Math.min(0x10ffff, Number.parseInt(whole.startsWith('\\u') ? unicode.slice(0, 4) : unicode, 16))) + (whole.startsWith('\\u') ? unicode.slice(4) : '');
    return escapes[letter] ?? letter;
  }
}

/** Carets first, which are cmd's, then quotes and backslashes, which are the program's (Microsoft's rules of `argv`). */
function cmdCommands(text: string): readonly ShellCommand[] {
  const commands: ShellCommand[] = [];
  let line = 1;
  let startLine = 1;
  let plain = '';
  let isQuoted = false;
  const endCommand = (): void => {
    const words = programWords(plain);
    if (words.length > 0) commands.push({ words, line: startLine, input: null });
    plain = '';
    isQuoted = false;
  };
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? '';
    if (plain.trim() === '') startLine = line;
    if (character === '^' && !isQuoted) {
      const [whole = '', second = ''] = /^\^\r?\n(\r?\n)?/u.exec(text.slice(at, at + 5)) ?? [];
      if (whole === '') plain += text[(at += 1)] ?? '';
      else {
        // A caret, a line's end and an empty line are one line's end of the value.
        plain += second === '' ? ' ' : '\n';
        line += second === '' ? 1 : 2;
        at += whole.length - 1;
      }
    } else if (character === '\n' || (!isQuoted && (character === '&' || character === '|'))) {
      endCommand();
      if (character === '\n') line += 1;
    } else {
      if (character === '"') isQuoted = !isQuoted;
      plain += character;
    }
  }
  endCommand();
  return commands;
}

function programWords(plain: string): readonly string[] {
  const words: string[] = [];
  let word: string | null = null;
  let isQuoted = false;
  for (let at = 0; at < plain.length; at += 1) {
    const character = plain[at] ?? '';
    const [, slashes = '', quote] = /^(\\*)(")?/u.exec(plain.slice(at, at + 100)) ?? [];
    if (character === '\\' && quote !== undefined) {
      word = (word ?? '') + '\\'.repeat(Math.floor(slashes.length / 2));
      at += slashes.length - 1;
      if (slashes.length % 2 === 1) {
        word += '"';
        at += 1;
      }
    } else if (character === '"') {
      if (isQuoted && plain[at + 1] === '"') {
        word = `${word ?? ''}"`;
        at += 1;
      } else {
        isQuoted = !isQuoted;
        word ??= '';
      }
    } else if (/\s/u.test(character) && !isQuoted) {
      if (word !== null) words.push(word);
      word = null;
    } else word = (word ?? '') + character;
  }
  return word === null ? words : [...words, word];
}
