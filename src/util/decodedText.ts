/** Bytes of a text file as text, whatever editor wrote it. */

/**
 * UTF-8, or UTF-16 where a byte order mark says so (as PowerShell's `>` writes it); the mark is no part of the text. Null: the
 * bytes are neither.
 */
export function decodedText(bytes: Uint8Array): string | null {
  const [first, second] = bytes;
  const encoding = first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}
