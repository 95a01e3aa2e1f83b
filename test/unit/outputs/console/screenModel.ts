/**
 * A terminal small enough to check: knows the controls that are used to redraw lines, and fails on any other. Lines that
 * leave the window at the top are kept. A window that becomes narrower wraps what stands on it, as most terminals do.
 */
import { cellsOf } from '../../../../src/outputs/console/table.ts';

const graphemes = new Intl.Segmenter();
const control = /\u001b\[(?<number>\d*)(?<letter>[A-Z])|\u001b\[\?2026[hl]|\u001b\[[\d;]*m/y;

export class ScreenModel {
  #columns: number;
  #rows: number;
  /** All lines, the window being the last `rows` of them; each a list of graphemes. */
  #lines: string[][] = [[]];
  #y = 0;
  #x = 0;

  constructor(columns: number, rows: number) {
    this.#columns = columns;
    this.#rows = rows;
  }

  readonly columns = (): number => this.#columns;
  readonly rows = (): number => this.#rows;

  /** Lines as they read, without empty ones at the end. */
  get text(): string[] {
    const lines = this.#lines.map((line) => line.join('').trimEnd());
    while (lines.at(-1) === '') lines.pop();
    return lines;
  }

  resize(columns: number, rows: number): void {
    const below = this.#lines.splice(this.#y + 1);
    if (below.flat().length > 0) throw new Error('the screen only knows how to wrap what stands above the cursor');
    this.#lines = this.#lines.flatMap((line) => wrapped(line, columns));
    this.#columns = columns;
    this.#rows = rows;
    this.#y = this.#lines.length - 1;
  }

  readonly write = (text: string): void => {
    for (let index = 0; index < text.length; ) {
      control.lastIndex = index;
      const found = control.exec(text);
      if (found !== null) {
        this.#obey(found.groups?.['letter'], Number(found.groups?.['number'] || 1));
        index += found[0].length;
        continue;
      }
      const character = graphemeAt(text, index);
      this.#put(character);
      index += character.length;
    }
  };

  #obey(letter: string | undefined, count: number): void {
    const top = Math.max(0, this.#lines.length - this.#rows);
    if (letter === 'A') this.#y = Math.max(top, this.#y - count);
    else if (letter === 'B') this.#y = Math.min(this.#lines.length - 1, this.#y + count);
    else if (letter === 'G') this.#x = 0;
    else if (letter === 'K' && count === 2) this.#lines[this.#y] = [];
    else if (letter === 'K') this.#lines[this.#y]?.splice(this.#x);
    else if (letter !== undefined) throw new Error(`the screen does not know control ${letter}`);
  }

  #put(character: string): void {
    if (character === '\n') return this.#newLine();
    if (/^\p{Cc}/u.test(character)) throw new Error(`the screen was sent ${JSON.stringify(character)}`);
    const line = this.#lines[this.#y] ?? [];
    // No grapheme takes more than two cells: most need not be measured.
    if (2 * (this.#x + 1) > this.#columns && cellsOf(line.slice(0, this.#x).join('')) + cellsOf(character) > this.#columns) {
      this.#newLine();
      return this.#put(character);
    }
    while (line.length < this.#x) line.push(' ');
    line[this.#x] = character;
    this.#x++;
  }

  /** The terminal's driver adds the carriage return. */
  #newLine(): void {
    this.#y++;
    this.#x = 0;
    if (this.#y === this.#lines.length) this.#lines.push([]);
  }
}

function graphemeAt(text: string, index: number): string {
  const isAsciiPair = /^[\n -~]{1,2}$/u.test(text.slice(index, index + 2));
  return isAsciiPair ? text.charAt(index) : (graphemes.segment(text.slice(index, index + 20)).containing(0)?.segment ?? '');
}

function wrapped(line: readonly string[], columns: number): string[][] {
  const lines: string[][] = [[]];
  for (const character of line) {
    if (cellsOf([...(lines.at(-1) ?? []), character].join('')) > columns) lines.push([]);
    lines.at(-1)?.push(character);
  }
  return lines;
}
