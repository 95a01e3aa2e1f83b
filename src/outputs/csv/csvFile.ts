/** An open file whose content is text: written anew, or longer and longer. */
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { makeFolderOf, replaceFile } from '../../util/writtenFiles.ts';
import { unwritable, withoutWaiting } from '../reportFile.ts';

export type CsvFile = {
  /** Replaces the file, or leaves what was there; nothing can be added then. May be tried again after an error. */
  readonly rewrite: (text: string) => Promise<void>;
  /** Adds to the end. After an error nothing counts as added: give the same text again. */
  readonly append: (text: string) => Promise<void>;
  readonly close: () => Promise<void>;
};

/** Opens the file empty, and makes its folder; rejects with a BoomerError that names the path. */
export async function openCsvFile(path: string): Promise<CsvFile> {
  const named = async <Value>(work: Promise<Value>): Promise<Value> => {
    try {
      return await work;
    } catch (error) {
      throw unwritable(path, error);
    }
  };
  const handle = await named(opened(path));
  let length = 0;
  return {
    rewrite: (text) => named(replaceFile(path, text)),
    append: async (text) => {
      const bytes = Buffer.from(text);
      await named(writeAt(handle, bytes, length).catch(async (error: unknown) => {
        // No half line stays; where even that fails, the next try writes over it.
        await handle.truncate(length).catch(() => undefined);
        throw error;
      }));
      length += bytes.length;
    },
    close: () => named(handle.close()),
  };
}

async function opened(path: string): Promise<FileHandle> {
  makeFolderOf(path);
  return await open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | withoutWaiting);
}

/** A full disk may take a part; the next try begins at the same place. */
async function writeAt(handle: FileHandle, bytes: Buffer, position: number): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    const { bytesWritten } = await handle.write(bytes, written, bytes.length - written, position + written);
    written += bytesWritten;
  }
}
