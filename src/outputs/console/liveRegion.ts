/**
 * The bottom of a terminal, redrawn in place, with text that scrolls above it. The only owner of `log-update`, which writes
 * what has changed only; around it is what it leaves to others: frames that grow or shrink, a window that became narrower,
 * text above in the same write, so that nothing flickers.
 */
import { Writable } from 'node:stream';
import { createLogUpdate } from 'log-update';
import { cellsOf } from './table.ts';

/** As much of a terminal as is needed to draw on it. */
export type TerminalScreen = {
  readonly columns: () => number;
  readonly rows: () => number;
  readonly write: (text: string) => void;
  /** True while nobody reads: frames wait until somebody does. */
  readonly isBehind?: () => boolean;
};

/** Between two frames. A flood of log lines, each with a frame below it, would cost the main thread a millisecond a line. */
const maxRedrawsForLog = 20;
const eraseLineAndGoUp = '\u001b[2K\u001b[1A';

export class LiveRegion {
  readonly #screen: TerminalScreen;
  readonly #buffer: ScreenBuffer;
  readonly #update: ReturnType<typeof createLogUpdate>;
  #lines: readonly string[] = [];
  #columns = 0;
  #redrawsForLog = 0;

  constructor(screen: TerminalScreen) {
    this.#screen = screen;
    this.#buffer = new ScreenBuffer(screen);
    // The cursor stays visible: hiding it would leave it hidden when the process is killed.
    this.#update = createLogUpdate(this.#buffer, { showCursor: true });
  }

  /** Cells of a line: one is left free, as some terminals wrap when the last one is taken. */
  get width(): number {
    return Math.max(1, this.#screen.columns() - 1);
  }

  /** Lines that fit: the last one of the window is the cursor's. */
  get height(): number {
    return Math.max(0, this.#screen.rows() - 1);
  }

  /** Shows these lines instead of the ones before; none longer than `width`, at most `height`. */
  draw(lines: readonly string[]): void {
    if (this.#screen.isBehind?.() === true) return;
    // log-update's patches keep the end of a frame where it was, also when lines before it came or went.
    if (lines.length !== this.#lines.length || this.#screen.columns() !== this.#columns) this.#erase();
    this.#show(lines);
    this.#flush();
    this.#redrawsForLog = 0;
  }

  /** Writes text above the region; when there is very much of it, the region comes back with the next frame. */
  above(text: string): void {
    const lines = this.#lines;
    // What no longer fits comes back with the next frame, which is made for the new window.
    const fits = lines.length <= this.height && this.#screen.columns() >= this.#columns && this.#screen.isBehind?.() !== true;
    this.#erase();
    this.#buffer.write(`${text}\n`);
    this.#show(fits && ++this.#redrawsForLog <= maxRedrawsForLog ? lines : []);
    this.#flush();
  }

  /** Takes the region away. */
  clear(): void {
    this.#erase();
    this.#flush();
  }

  #show(lines: readonly string[]): void {
    this.#lines = lines;
    this.#columns = this.#screen.columns();
    // log-update leaves out an empty last line, and its patches that end in an empty one leave the cursor a line too high.
    if (lines.length > 0) this.#update(lines.map((line) => (line === '' ? ' ' : line)).join('\n'));
  }

  #erase(): void {
    if (this.#lines.length > 0) {
      this.#buffer.write(eraseLineAndGoUp.repeat(this.#wrappedLines()));
      this.#update.clear();
    }
    this.#lines = [];
  }

  /** Lines more than were drawn, since a terminal that became narrower wraps what stands on it. */
  #wrappedLines(): number {
    const columns = this.#screen.columns();
    if (columns >= this.#columns) return 0;
    return this.#lines.reduce((sum, line) => sum + Math.max(0, Math.ceil(cellsOf(line) / columns) - 1), 0);
  }

  #flush(): void {
    this.#screen.write(this.#buffer.take());
  }
}

/** A stream for log-update that only gathers. */
class ScreenBuffer extends Writable {
  readonly isTTY = true;
  readonly #screen: TerminalScreen;
  #text = '';

  constructor(screen: TerminalScreen) {
    super({ decodeStrings: false });
    this.#screen = screen;
  }

  get columns(): number {
    return this.#screen.columns();
  }

  get rows(): number {
    return this.#screen.rows();
  }

  override _write(chunk: string, _encoding: BufferEncoding, done: () => void): void {
    this.#text += chunk;
    done();
  }

  take(): string {
    const text = this.#text;
    this.#text = '';
    return text;
  }
}
