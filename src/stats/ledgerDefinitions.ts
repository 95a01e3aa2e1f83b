/** What one load thread has defined of its ledger so far: pages, rows and error slots by their index. */
import { PairMap } from '../util/pairMap.ts';
import { errorsPerPage } from './errorLayout.ts';
import { HdrTap } from './hdrTap.ts';
import { LedgerControl } from './ledgerControl.ts';
import { controlHdr } from './ledgerLayout.ts';
import type { LedgerMessage } from './ledgerMessages.ts';
import { rowHdrAt, rowsPerPage } from './rowLayout.ts';
import type { RowPage } from './rowTake.ts';

export type DefinedRow = { readonly method: string; readonly name: string; readonly page: RowPage; /** Null where rows have no HDR parts. */ readonly tap: HdrTap | null };

export type DefinedError = {
  readonly method: string;
  readonly name: string;
  readonly error: string;
  /** The page that holds the slot. */
  readonly floats: Float64Array;
};

export class LedgerDefinitions {
  control: LedgerControl | null = null;
  /** HDR slots over all rows; there as soon as `control` is. */
  totalTap: HdrTap | null = null;
  readonly rows: DefinedRow[] = [];
  /** The same rows by their names. */
  readonly rowOf: PairMap<DefinedRow> = new PairMap();
  readonly errors: DefinedError[] = [];
  readonly #rowPages: RowPage[] = [];
  readonly #histogramPages: Uint32Array[] = [];
  readonly #errorPages: Float64Array[] = [];

  /** Throws when a row or an error slot comes before its page: the thread's messages came out of order. */
  add(message: LedgerMessage): void {
    switch (message.kind) {
      case 'ledgerPage':
        this.#addPage(message.holds, message.memory, message.page);
        break;
      case 'ledgerRow': {
        const { index, method, name } = message;
        const page = this.#rowPages[Math.floor(index / rowsPerPage)];
        if (page === undefined) throw new Error(`Row ${index} was defined before its page.`);
        const histograms = this.#histogramPages[Math.floor(index / rowsPerPage)];
        const row = { method, name, page, tap: histograms === undefined ? null : new HdrTap(histograms, rowHdrAt(index)) };
        this.rows[index] = row;
        this.rowOf.set(method, name, row);
        break;
      }
      case 'ledgerError': {
        const { index, method, name, error } = message;
        const floats = this.#errorPages[Math.floor(index / errorsPerPage)];
        if (floats === undefined) throw new Error(`Error slot ${index} was defined before its page.`);
        this.errors[index] = { method, name, error, floats };
        break;
      }
    }
  }

  #addPage(holds: 'control' | 'rows' | 'histograms' | 'errors', memory: SharedArrayBuffer, page: number): void {
    if (holds === 'rows') this.#rowPages[page] = { words: new Uint32Array(memory), floats: new Float64Array(memory) };
    if (holds === 'histograms') this.#histogramPages[page] = new Uint32Array(memory);
    if (holds === 'errors') this.#errorPages[page] = new Float64Array(memory);
    if (holds === 'control') {
      this.control = new LedgerControl(memory);
      this.totalTap = new HdrTap(this.control.words, controlHdr);
    }
  }
}
