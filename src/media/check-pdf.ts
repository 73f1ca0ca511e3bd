import { inflateSync } from 'node:zlib';

/** Names that make a document do something by itself, or carry another file. */
const unwanted = new Set([
  ...['JavaScript', 'Launch', 'EmbeddedFile', 'EmbeddedFiles', 'RichMedia', 'SubmitForm'],
  ...['ImportData', 'GoToE', 'Encrypt'],
]);
const names = /\/([A-Za-z0-9#]{5,60})/g;
const escaped = /#([0-9a-fA-F]{2})/g;
/** Objects that lie compressed in a stream; more than so many bytes of them nobody writes. */
const objectStream = /\/ObjStm\b/;
const mostInflated = 32 * 1_048_576;
/** Readers look for the end in so many last bytes. */
const tailBytes = 1_024;

/**
 * A document as every reader opens it, whole to its last byte, with nothing hanging behind it. One that runs
 * something, brings another file along or is locked is not passed on to customers.
 */
export function checkPdf(bytes: Buffer): 'media_broken' | 'media_unsafe' | undefined {
  const tail = bytes.subarray(-tailBytes).toString('latin1');
  if (!/startxref\s+\d+\s+%%EOF[\s\0]*$/.test(tail)) return 'media_broken';
  const text = bytes.toString('latin1');
  if (namesSomethingUnwanted(text)) return 'media_unsafe';
  let inflated = 0;
  for (const packed of objectStreams(bytes, text)) {
    const objects = inflate(packed, mostInflated - inflated);
    // What cannot be read cannot be vouched for.
    if (objects === undefined || namesSomethingUnwanted(objects)) return 'media_unsafe';
    inflated += objects.length;
  }
  return undefined;
}

function namesSomethingUnwanted(text: string): boolean {
  for (const [, name = ''] of text.matchAll(names)) {
    const plain = name.replace(escaped, (_, code: string) =>
      String.fromCharCode(parseInt(code, 16)),
    );
    if (unwanted.has(plain)) return true;
  }
  return false;
}

function* objectStreams(bytes: Buffer, text: string): Generator<Buffer> {
  for (let at = text.indexOf('stream'); at >= 0;) {
    const end = text.indexOf('endstream', at);
    if (end < 0) return;
    const start = at + 'stream'.length + (text.startsWith('\r\n', at + 6) ? 2 : 1);
    const dictionary = text.slice(text.lastIndexOf('obj', at), at);
    if (objectStream.test(dictionary)) yield bytes.subarray(start, end);
    at = text.indexOf('stream', end + 'endstream'.length);
  }
}

function inflate(packed: Buffer, most: number): string | undefined {
  if (most <= 0) return undefined;
  try {
    // An end of line may stand between the data and its end.
    return inflateSync(packed, { maxOutputLength: most }).toString('latin1');
  } catch {
    return undefined;
  }
}
