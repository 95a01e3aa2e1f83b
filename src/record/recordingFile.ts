/**
 * The file of a recording, complete after each exchange: what ends it is written behind every entry, and over it the next one. So nothing that was
 * written is lost, however the program ends. Nobody but its owner may read it.
 */
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { records } from '../traffic/readers/records.ts';
import { BoomerError } from '../util/boomerError.ts';
import { counted } from '../util/counted.ts';
import { hasCode } from '../util/errorText.ts';
import { unwritable } from '../outputs/reportFile.ts';
import type { HiddenSecrets } from './hiddenSecrets.ts';
import type { PassedExchange } from './passedExchange.ts';
import { readable, withoutBodies, withoutContent, type ReadableExchange } from './readableExchange.ts';
import type { RecordingFormat } from './recordingFormat.ts';

/** What waits to be written may hold so much. */
const maxWaiting = 1000;
const maxWaitingBytes = 32_000_000;

const ownerOnly = 0o600;

type Waiting = { readonly exchange: PassedExchange; readonly release: () => void };

export class RecordingFile {
  readonly path: string;
  readonly #handle: FileHandle;
  readonly #format: RecordingFormat;
  /** Null: values are written as they are. */
  readonly #secrets: HiddenSecrets | null;
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #onRoom: (() => void)[] = [];
  #writing: Promise<void> | null = null;
  /** Where what ends the file begins. */
  #position = 0;
  #entries = 0;
  #written = 0;
  #withoutBodies = 0;
  #number = 0;
  #isLate = false;
  #error: Error | null = null;
  readonly #onError: (error: Error) => void;

  private constructor(path: string, handle: FileHandle, format: RecordingFormat, secrets: HiddenSecrets | null, onError: (error: Error) => void) {
    this.path = path;
    this.#handle = handle;
    this.#format = format;
    this.#secrets = secrets;
    this.#onError = onError;
  }

  /** Makes the file, and its folder; rejects with a BoomerError for one that is there or cannot be written. `onError`: called once, when it cannot be written any more. */
  static async create(path: string, format: RecordingFormat, secrets: HiddenSecrets | null, onError: (error: Error) => void): Promise<RecordingFile> {
    try {
      await mkdir(dirname(path), { recursive: true });
      const file = new RecordingFile(path, await open(path, 'wx', ownerOnly), format, secrets, onError);
      await file.#write(Buffer.from(format.head));
      return file;
    } catch (cause) {
      if (hasCode(cause, 'EEXIST')) throw new BoomerError('unwritable', `${path} is there already: name another file with -o, so that none is lost`, { cause });
      throw unwritable(path, cause);
    }
  }

  /** Exchanges in the file. */
  get entries(): number {
    return this.#entries;
  }

  /** Of these, such as could not be looked through for secrets, and have no bodies. */
  get withoutBodies(): number {
    return this.#withoutBodies;
  }

  /** Null: there is room for more; else resolves when there is. */
  room(): Promise<void> | null {
    if (this.#error !== null || (this.#waiting.length < maxWaiting && this.#waitingBytes < maxWaitingBytes)) return null;
    return new Promise((resolve) => this.#onRoom.push(resolve));
  }

  /** Writes it as soon as it can; `release` is called when the bodies are needed no longer. */
  add(exchange: PassedExchange, release: () => void): void {
    if (this.#error !== null) {
      release();
      return;
    }
    this.#waiting.push({ exchange, release });
    this.#waitingBytes += bytesOf(exchange);
    this.#writing ??= this.#writeAll();
  }

  /** Resolves when all that was added is written, and nothing stands in it that turned out to be a secret later; without entries no file is left. Rejects with the BoomerError that ended it. */
  async close(): Promise<void> {
    await this.#writing;
    await this.#handle.close();
    if (this.#error !== null) throw this.#error;
    if (this.#entries === 0) await rm(this.path, { force: true });
    else if (this.#isLate) await this.#hideLate();
  }

  async #writeAll(): Promise<void> {
    try {
      while (this.#waiting.length > 0) {
        const batch = this.#batch();
        if (batch.length > 0) await this.#write(batch);
        this.#written = this.#entries;
      }
    } catch (error) {
      const { message } = unwritable(this.path, error);
      this.#error = new BoomerError('unwritable', `${message}. It holds the first ${counted(this.#written, 'request')}`, { cause: error });
      for (const { release } of this.#waiting.splice(0)) release();
      this.#waitingBytes = 0;
      await this.#endWhereItWasWhole();
      this.#onError(this.#error);
    } finally {
      this.#writing = null;
      this.#makeRoom();
    }
  }

  /** Half an entry may stand over what ended the file. */
  async #endWhereItWasWhole(): Promise<void> {
    try {
      await this.#handle.truncate(this.#position);
      await this.#write(Buffer.alloc(0));
    } catch {
      // The disk is gone, and the reason is said anyway.
    }
  }

  /** Some of what waits, as the next bytes of the file; the event loop has a turn before the rest. */
  #batch(): Buffer {
    const pieces: Buffer[] = [];
    let length = 0;
    let next = this.#waiting.shift();
    for (; next !== undefined; next = length < batchBytes ? this.#waiting.shift() : undefined) {
      const { exchange, release } = next;
      const entry = this.#entry(exchange);
      this.#waitingBytes -= bytesOf(exchange);
      release();
      if (entry === null) continue;
      if (this.#entries > 0) pieces.push(Buffer.from(this.#format.separator));
      pieces.push(entry);
      length += entry.length;
      this.#entries += 1;
    }
    this.#makeRoom();
    return Buffer.concat(pieces);
  }

  #entry(exchange: PassedExchange): Buffer | null {
    const shown = readable(exchange);
    const before = this.#secrets?.count ?? 0;
    this.#number += 1;
    const entry = this.#hiddenEntry(shown);
    if (this.#entries > 0 && (this.#secrets?.count ?? 0) > before) this.#isLate = true;
    return entry;
  }

  /** What cannot be looked through, whatever the reason, does not end the recording, and stands in it as nothing that could be a secret. */
  #hiddenEntry(shown: ReadableExchange): Buffer | null {
    const hide = (exchange: ReadableExchange): ReadableExchange => this.#secrets?.hide(exchange) ?? exchange;
    try {
      return this.#format.entry(hide(shown), this.#number);
    } catch {
      this.#withoutBodies += 1;
    }
    try {
      return this.#format.entry(hide(withoutBodies(shown)), this.#number);
    } catch {
      return this.#format.entry(withoutContent(shown), this.#number);
    }
  }

  /** Over what ended the file so far, with what ends it now. */
  async #write(bytes: Buffer): Promise<void> {
    const whole = Buffer.concat([bytes, Buffer.from(this.#format.tail)]);
    for (let written = 0; written < whole.length; ) {
      const { bytesWritten } = await this.#handle.write(whole, written, whole.length - written, this.#position + written);
      written += bytesWritten;
    }
    this.#position += bytes.length;
  }

  #makeRoom(): void {
    if (this.#waiting.length >= maxWaiting / 2 || this.#waitingBytes >= maxWaitingBytes / 2) return;
    for (const resolve of this.#onRoom.splice(0)) resolve();
  }

  /** Writes it anew beside it, with what is known now, and puts that in its place. */
  async #hideLate(): Promise<void> {
    const { path } = this;
    const temporary = `${path}.${process.pid}.tmp`;
    let isOwn = false;
    try {
      const output = await open(temporary, 'wx', ownerOnly);
      isOwn = true;
      try {
        await this.#writeHidden(output);
      } finally {
        await output.close();
      }
      await rename(temporary, path);
    } catch (cause) {
      if (isOwn) await rm(temporary, { force: true });
      const { message } = unwritable(path, cause);
      throw new BoomerError('unwritable', `${message}. Values that turned out to be secrets after they had gone by still stand in it: give it to nobody`, { cause });
    }
  }

  async #writeHidden(output: FileHandle): Promise<void> {
    const separator = Buffer.from(this.#format.separator);
    for await (const found of records(createReadStream(this.path, { highWaterMark: 262_144 }), separator, () => new RangeError('an entry is too long'))) {
      for (const { bytes, isWhole } of found) {
        const entry = this.#format.changed(bytes, (text) => this.#secrets?.known(text) ?? text);
        await output.appendFile(isWhole ? Buffer.concat([entry, separator]) : entry);
      }
    }
  }
}

/** Written at once. */
const batchBytes = 1_000_000;

function bytesOf({ body, answer }: PassedExchange): number {
  return body.bytes.length + (answer?.body.bytes.length ?? 0);
}
