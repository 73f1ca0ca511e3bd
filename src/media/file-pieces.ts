import { insertRows, type Db, type Reader } from '../kernel/database';

/** Base64 of so many bytes just fits a column of 64 KB. */
const bytesPerPiece = 48_000;
/** So that no statement holds up the embedded engine for long. */
const piecesAtOnce = 12;

const placeOf = (index: number) => String(index).padStart(4, '0');

export async function writeBytes(
  db: Pick<Db, 'transact'>,
  itemId: string,
  bytes: Buffer,
): Promise<void> {
  const pieces = Math.ceil(bytes.length / bytesPerPiece);
  for (let from = 0; from < pieces; from += piecesAtOnce) {
    const size = Math.min(piecesAtOnce, pieces - from);
    const rows = Array.from({ length: size }, (_, offset) => {
      const start = (from + offset) * bytesPerPiece;
      const data = bytes.subarray(start, start + bytesPerPiece).toString('base64');
      return { itemId, place: placeOf(from + offset), data };
    });
    await db.transact((tx) => insertRows(tx, 'media_piece', rows));
  }
}

export async function readBytes(read: Reader, itemId: string): Promise<Buffer> {
  const parts: Buffer[] = [];
  for (let after = ''; ;) {
    const rows = await read.all<{ place: string; data: string }>(
      `SELECT place, data FROM media_piece WHERE itemId = ? AND place > ?
       ORDER BY place LIMIT ${String(piecesAtOnce)}`,
      [itemId, after],
    );
    parts.push(...rows.map(({ data }) => Buffer.from(data, 'base64')));
    if (rows.length < piecesAtOnce) return Buffer.concat(parts);
    after = rows[rows.length - 1]?.place ?? '';
  }
}
