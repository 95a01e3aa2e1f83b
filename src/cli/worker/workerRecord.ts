/**
 * What a worker process leaves when it ends: profiles, the line of what was recorded and delivered, the file of `--summary-export`; of all
 * the scenarios that it had, when masters shipped one after the other.
 */
import { ReportFile } from '../../outputs/reportFile.ts';
import { errorLine } from '../../util/errorText.ts';
import type { Logger } from '../../util/logger.ts';
import type { Settings } from '../../options/settings.ts';
import { workerProfiles, type WorkerProfiles } from '../../session/profileOutputs.ts';
import { deliveryFile, deliveryLine, isAllDelivered, noBooks, plusBooks, type Books } from '../../session/recordedNumbers.ts';
import { exitCode } from '../../session/verdict.ts';

export class WorkerRecord {
  readonly profiles: WorkerProfiles;
  readonly #startSec = Date.now() / 1000;
  readonly #masterAddress: string;
  readonly #summary: ReportFile | null;
  #nodeId = '';
  #scenarios = 0;
  /** The request log is not whole. */
  #isCut = false;
  #books = noBooks;

  private constructor(profiles: WorkerProfiles, summary: ReportFile | null, masterAddress: string) {
    this.profiles = profiles;
    this.#summary = summary;
    this.#masterAddress = masterAddress;
  }

  /** Rejects with a BoomerError when a file cannot be written. */
  static async open(settings: Settings): Promise<WorkerRecord> {
    const summary = settings.summaryFile === null ? null : new ReportFile(settings.summaryFile);
    await summary?.open();
    return new WorkerRecord(await workerProfiles(settings), summary, `${settings.masterHost}:${settings.masterPort}`);
  }

  /** Nothing was recorded yet: files that grow begin empty. */
  get isFirst(): boolean {
    return this.#scenarios === 0;
  }

  /** The request log lacks lines: the exit code is 1 at least. */
  requestLogCut(): void {
    this.#isCut = true;
  }

  /** The worker is done with a scenario, under this name. */
  add(nodeId: string, books: Books): void {
    this.#nodeId = nodeId;
    this.#scenarios += 1;
    this.#books = plusBooks(this.#books, books);
  }

  /** What a worker says that goes on with another scenario. */
  goingOn(log: Logger): void {
    const { recorded: { requests, failures } } = this.#books;
    log(isAllDelivered(this.#books) ? 'info' : 'error', `so far: recorded ${requests} requests, ${failures} failures; ${deliveryLine(this.#books)}`);
  }

  /** Says and writes all; resolves with the exit code, which a file that cannot be written changes. */
  async close(log: Logger, code: number): Promise<number> {
    for (const line of await this.profiles.results()) log(line.startsWith('no ') ? 'error' : 'info', line);
    const { recorded: { requests, failures } } = this.#books;
    log('info', `recorded ${requests} requests, ${failures} failures in this process`);
    log(isAllDelivered(this.#books) ? 'info' : 'error', deliveryLine(this.#books));
    const exit = this.#isCut && code === exitCode.ok ? exitCode.error : code;
    try {
      await this.#summary?.write(deliveryFile(this.#books, { nodeId: this.#nodeId, masterAddress: this.#masterAddress, startSec: this.#startSec, endSec: Date.now() / 1000, exitCode: exit }));
      return exit;
    } catch (error) {
      log('error', error instanceof Error ? error.message : errorLine(error));
      return exit === exitCode.ok ? exitCode.error : exit;
    }
  }
}
