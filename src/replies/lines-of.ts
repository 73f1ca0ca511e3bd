/** A line longer than this is not kept; its reader is told by `bytes` being undefined. */
const longestLine = 256 * 1_024;
const newline = 0x0a;

export type Line = { readonly number: number; readonly bytes: Buffer | undefined };

/** Lines of a stream, one at a time; memory stays bounded whatever their length. */
export async function* linesOf(source: AsyncIterable<Buffer>): AsyncIterable<Line> {
  let parts: Buffer[] = [];
  let length = 0;
  let number = 1;
  const take = (part: Buffer) => {
    length += part.length;
    if (length <= longestLine) parts.push(part);
    else parts = [];
  };
  const finish = (): Line => {
    const bytes = length > longestLine ? undefined : Buffer.concat(parts);
    parts = [];
    length = 0;
    return { number: number++, bytes };
  };
  for await (const chunk of source) {
    let from = 0;
    for (let at = chunk.indexOf(newline); at >= 0; at = chunk.indexOf(newline, from)) {
      take(chunk.subarray(from, at));
      yield finish();
      from = at + 1;
    }
    if (from < chunk.length) take(chunk.subarray(from));
  }
  if (length > 0) yield finish();
}
