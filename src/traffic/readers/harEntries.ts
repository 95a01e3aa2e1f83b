/**
 * Takes a HAR apart as it goes by: its entries one at a time, and all the rest when its end has come. Only structure is looked at here, and depth costs
 * nothing: what an entry is, `JSON.parse` says.
 */

/** Memory for one entry, and for all that is no entry. */
const maxBytes = 256_000_000;

const code = { quote: 0x22, backslash: 0x5c, comma: 0x2c, colon: 0x3a, openList: 0x5b, closeList: 0x5d, openMap: 0x7b, closeMap: 0x7d } as const;
/** Longer keys are of no interest. */
const maxKeyBytes = 16;

/** Finds `log.entries`, and the elements in it. */
export class HarEntries {
  #depth = 0;
  #isInText = false;
  #isEscaped = false;
  /** Of the object on each of the first two levels: the key whose value is there. */
  readonly #keys = ['', ''];
  /** The text that was read last on these levels. */
  #text: number[] = [];
  #state: 'before' | 'entries' | 'behind' = 'before';
  /** Of the element that is being read, or of the rest. */
  #pieces: Buffer[] = [];
  #length = 0;
  readonly #head: Buffer[] = [];

  /** True from the first byte of the list on. */
  get hasEntries(): boolean {
    return this.#state !== 'before';
  }

  /** False: the file breaks off here. */
  get isWhole(): boolean {
    return this.#depth === 0 && !this.#isInText;
  }

  /** False: more than there is memory for. */
  get isBearable(): boolean {
    return this.#length <= maxBytes;
  }

  /** True behind the end of the list. */
  get isPastEntries(): boolean {
    return this.#state === 'behind';
  }

  /** What stands before the entries, the bracket of their list included. */
  get head(): Buffer {
    return Buffer.concat(this.#head);
  }

  /** All that is no entry, as JSON whose list of entries is empty. */
  get rest(): Buffer {
    return Buffer.concat([...this.#head, ...this.#pieces]);
  }

  /** The entries that end in this chunk, each as the bytes that stand between its commas. */
  push(chunk: Buffer): readonly Buffer[] {
    const found: Buffer[] = [];
    let from = 0;
    for (let at = 0; at < chunk.length; at += 1) {
      if (this.#isInText) {
        at = this.#endOfText(chunk, at);
        continue;
      }
      switch (chunk[at]) {
        case code.quote:
          this.#isInText = true;
          this.#text = [];
          break;
        case code.colon:
          if (this.#state === 'before' && this.#depth >= 1 && this.#depth <= 2) this.#keys[this.#depth - 1] = String.fromCharCode(...this.#text);
          break;
        case code.openMap:
          this.#depth += 1;
          break;
        case code.closeMap:
          this.#depth -= 1;
          break;
        case code.openList:
          this.#depth += 1;
          if (this.#depth === 3 && this.#state === 'before' && this.#keys[0] === 'log' && this.#keys[1] === 'entries') {
            this.#keep(chunk.subarray(from, at + 1));
            this.#head.push(...this.#taken());
            from = at + 1;
            this.#state = 'entries';
          }
          break;
        case code.closeList: {
          this.#depth -= 1;
          if (this.#depth === 2 && this.#state === 'entries') {
            this.#keep(chunk.subarray(from, at));
            const last = Buffer.concat(this.#taken());
            if (last.toString('latin1').trim() !== '') found.push(last);
            from = at;
            this.#state = 'behind';
          }
          break;
        }
        case code.comma:
          if (this.#depth === 3 && this.#state === 'entries') {
            this.#keep(chunk.subarray(from, at));
            found.push(Buffer.concat(this.#taken()));
            from = at + 1;
          }
          break;
        case undefined:
        default:
      }
    }
    this.#keep(chunk.subarray(from));
    return found;
  }

  /** The place of the quote that ends it, or the chunk's end. */
  #endOfText(chunk: Buffer, from: number): number {
    const isKey = this.#depth <= 2 && this.#state === 'before';
    for (let at = from; at < chunk.length; at += 1) {
      const byte = chunk[at];
      if (this.#isEscaped) this.#isEscaped = false;
      else if (byte === code.backslash) this.#isEscaped = true;
      else if (byte === code.quote) {
        this.#isInText = false;
        return at;
      }
      if (isKey && byte !== undefined && this.#text.length < maxKeyBytes) this.#text.push(byte);
    }
    return chunk.length;
  }

  #keep(piece: Buffer): void {
    if (piece.length === 0) return;
    this.#pieces.push(piece);
    this.#length += piece.length;
  }

  #taken(): Buffer[] {
    const pieces = this.#pieces;
    this.#pieces = [];
    this.#length = 0;
    return pieces;
  }
}
