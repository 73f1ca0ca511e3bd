/** Boxes of a film's outermost level that a phone needs: what is in it, and the pictures themselves. */
const needed = ['ftyp', 'moov', 'mdat'] as const;

/**
 * Whether these bytes are built as an MP4 is: boxes one behind the other to the very end, each as long as it
 * says, the head, the table of contents and the pictures among them. What is inside them is not looked at.
 */
export function isWholeFilm(bytes: Buffer): boolean {
  const seen = new Set<string>();
  for (let at = 0; at < bytes.length;) {
    if (at + 8 > bytes.length) return false;
    const type = bytes.subarray(at + 4, at + 8).toString('latin1');
    const size = sizeOfBox(bytes, at);
    if (size === undefined || !/^[\w ©-]{4}$/.test(type)) return false;
    // The last box may be as long as the rest of the file.
    const end = size === 0 ? bytes.length : at + size;
    if (end > bytes.length || end < at + 8) return false;
    seen.add(type);
    at = end;
  }
  return needed.every((type) => seen.has(type));
}

function sizeOfBox(bytes: Buffer, at: number): number | undefined {
  const size = bytes.readUInt32BE(at);
  if (size !== 1) return size;
  if (at + 16 > bytes.length) return undefined;
  const long = bytes.readBigUInt64BE(at + 8);
  return long > 16n && long < BigInt(Number.MAX_SAFE_INTEGER) ? Number(long) : undefined;
}
