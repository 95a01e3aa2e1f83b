/** An open file whose content is text: written anew, or longer and longer. */
import { open, type FileHandle } from 'node:fs/promises';
import { makeFolderOf, unwritable } from '../filePaths.ts';

export type CsvFile = {
  /** Replaces the content. May be tried again after an error. */
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
  await named(makeFolderOf(path));
  const handle = await named(open(path, 'w'));
  let length = 0;
  return {
    rewrite: async (text) => {
      const bytes = Buffer.from(text);
      await named(writeAt(handle, bytes, 0));
      await named(handle.truncate(bytes.length));
      length = bytes.length;
    },
    append: async (text) => {
      const bytes = Buffer.from(text);
      await named(writeAt(handle, bytes, length));
      length += bytes.length;
    },
    close: () => named(handle.close()),
  };
}

/** A full disk may take a part; the next try begins at the same place. */
async function writeAt(handle: FileHandle, bytes: Buffer, position: number): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    const { bytesWritten } = await handle.write(bytes, written, bytes.length - written, position + written);
    written += bytesWritten;
  }
}
