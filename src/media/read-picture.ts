export type Picture = { readonly width: number; readonly height: number; readonly content: Buffer };

/** Size and cleaned bytes of a picture; nothing when it is not whole. */
export function readPicture(bytes: Buffer, mime: string): Picture | undefined {
  if (mime === 'image/png') return readPng(bytes);
  if (mime === 'image/jpeg') return readJpeg(bytes);
  return bytes.length < 14
    ? undefined
    : { width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8), content: bytes };
}

/** Colours, transparency and moving pictures; texts, times and places are left behind. */
const keptChunks = /^([A-Z]\w{3}|tRNS|gAMA|cHRM|sRGB|iCCP|pHYs|acTL|fcTL|fdAT)$/;

function readPng(bytes: Buffer): Picture | undefined {
  const kept = [bytes.subarray(0, 8)];
  let at = 8;
  let size: { width: number; height: number } | undefined;
  while (at + 12 <= bytes.length) {
    const end = at + 12 + bytes.readUInt32BE(at);
    const type = bytes.subarray(at + 4, at + 8).toString('latin1');
    if (end > bytes.length) return undefined;
    if (at === 8) {
      if (type !== 'IHDR' || end !== 33) return undefined;
      size = { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
    }
    if (keptChunks.test(type)) kept.push(bytes.subarray(at, end));
    if (type === 'IEND') return size && { ...size, content: Buffer.concat(kept) };
    at = end;
  }
  return undefined;
}

/** JFIF, colour profile and Adobe's transform; EXIF and comments are left behind, but for which way is up. */
const isKept = (marker: number) =>
  marker < 0xe0 || marker === 0xe0 || marker === 0xe2 || marker === 0xee;
const isFrameHeader = (marker: number) =>
  marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);

function readJpeg(bytes: Buffer): Picture | undefined {
  const kept = [bytes.subarray(0, 2)];
  let at = 2;
  let size: { width: number; height: number } | undefined;
  let isScanned = false;
  while (at + 4 <= bytes.length || bytes[at + 1] === 0xd9) {
    if (bytes[at] !== 0xff) return undefined;
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (marker === 0xd9) {
      if (!size || !isScanned) return undefined;
      kept.push(bytes.subarray(at, at + 2));
      return { ...size, content: Buffer.concat(kept) };
    }
    const end = at + 2 + bytes.readUInt16BE(at + 2);
    if (end > bytes.length || end < at + 4) return undefined;
    const segment = bytes.subarray(at, end);
    if (isFrameHeader(marker)) {
      if (segment.length < 9) return undefined;
      size = { height: segment.readUInt16BE(5), width: segment.readUInt16BE(7) };
    }
    if (marker === 0xe1) kept.push(...uprightOnly(segment));
    else if (isKept(marker)) kept.push(segment);
    at = end;
    if (marker === 0xda) {
      isScanned = true;
      const next = endOfScan(bytes, at);
      kept.push(bytes.subarray(at, next));
      at = next;
    }
  }
  return undefined;
}

/** Where the next marker stands after the coded rows; stuffed bytes and restarts belong to them. */
function endOfScan(bytes: Buffer, from: number): number {
  for (let at = from; at + 1 < bytes.length; at += 1) {
    if (bytes[at] !== 0xff) continue;
    const next = bytes[at + 1] ?? 0;
    if (next !== 0 && next !== 0xff && (next < 0xd0 || next > 0xd7)) return at;
  }
  return bytes.length;
}

/** An EXIF segment that says nothing but how the camera was held: tag 0x0112 of the first directory. */
function uprightOnly(segment: Buffer): Buffer[] {
  const turned = orientationIn(segment.subarray(4));
  if (turned === undefined || turned < 2 || turned > 8) return [];
  const made = Buffer.from(
    'ffe1002245786966' + '00004d4d002a00000008' + '0001' + '0112000300000001' + '0001000000000000',
    'hex',
  );
  made.writeUInt16BE(turned, 28);
  return [made];
}

function orientationIn(exif: Buffer): number | undefined {
  if (exif.length < 20 || exif.subarray(0, 6).toString('latin1') !== 'Exif\0\0') return undefined;
  const tiff = exif.subarray(6);
  const isLittle = tiff.subarray(0, 2).toString('latin1') === 'II';
  const short = (at: number) => (isLittle ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at));
  const start = isLittle ? tiff.readUInt32LE(4) : tiff.readUInt32BE(4);
  if (start + 2 > tiff.length) return undefined;
  const entries = short(start);
  for (let place = 0; place < entries; place += 1) {
    const at = start + 2 + place * 12;
    if (at + 12 > tiff.length) return undefined;
    if (short(at) === 0x0112) return short(at + 8);
  }
  return undefined;
}
