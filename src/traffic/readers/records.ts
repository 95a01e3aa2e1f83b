/** Splits what goes by into lines, or into records with another separator. */

/** Memory for one record: what is longer is none. */
const maxBytes = 128_000_000;

/**
 * What stands between separators, as many at once as a chunk ends; the last of all with nothing behind it has `isWhole` false. `tooLong`: the error for
 * a record of more than 128 MB, by its number from 1.
 */
export async function* records(chunks: AsyncIterable<Buffer>, separator: Buffer, tooLong: (number: number) => Error): AsyncGenerator<readonly { readonly bytes: Buffer; readonly isWhole: boolean }[]> {
  let open: Buffer = Buffer.alloc(0);
  // Of which so many bytes are filled, in which no separator begins before the place that has been searched.
  let length = 0;
  let searched = 0;
  let number = 1;
  for await (const chunk of chunks) {
    if (length === 0) {
      open = chunk;
      length = chunk.length;
    } else {
      if (open.length < length + chunk.length) {
        const larger = Buffer.allocUnsafe(Math.max(length * 2, length + chunk.length));
        open.copy(larger, 0, 0, length);
        open = larger;
      }
      // Behind what was handed out: that stays as it is.
      chunk.copy(open, length);
      length += chunk.length;
    }
    const filled = open.subarray(0, length);
    const found: { readonly bytes: Buffer; readonly isWhole: boolean }[] = [];
    let from = 0;
    for (let end = filled.indexOf(separator, searched); end >= 0; end = filled.indexOf(separator, from)) {
      found.push({ bytes: filled.subarray(from, end), isWhole: true });
      from = end + separator.length;
    }
    number += found.length;
    // A copy, so that nothing is written into a chunk.
    open = from === 0 && open !== chunk ? open : Buffer.from(filled.subarray(from));
    length -= from;
    searched = Math.max(0, length - separator.length + 1);
    if (length > maxBytes) throw tooLong(number);
    if (found.length > 0) yield found;
  }
  if (length > 0) yield [{ bytes: open.subarray(0, length), isWhole: false }];
}
