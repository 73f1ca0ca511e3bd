/** Seconds of a recording, counted frame by frame; nothing when it is none. */
export function voiceSeconds(bytes: Buffer, mime: string): number | undefined {
  return mime === 'audio/amr' ? amrSeconds(bytes) : mp3Seconds(bytes);
}

/** Bytes of a frame by its mode, with the head; 9 to 14 are not in use. */
const amrFrames: readonly number[] = [13, 14, 16, 18, 20, 21, 27, 32, 6, 0, 0, 0, 0, 0, 0, 1];

/** Every frame is 20 ms. */
function amrSeconds(bytes: Buffer): number | undefined {
  let at = 6;
  let frames = 0;
  while (at < bytes.length) {
    const size = amrFrames[((bytes[at] ?? 0) >> 3) & 15] ?? 0;
    if (size === 0) return undefined;
    at += size;
    frames += 1;
  }
  return frames === 0 || at > bytes.length ? undefined : frames * 0.02;
}

const kbits = {
  one: [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  two: [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
};
const rates = [44_100, 48_000, 32_000];

const mostJunk = 4_096;

function mp3Seconds(bytes: Buffer): number | undefined {
  let at = afterTag(bytes);
  let seconds = 0;
  while (at + 4 <= bytes.length) {
    const frame = mp3Frame(bytes, at);
    if (!frame) break;
    seconds += frame.seconds;
    at += frame.size;
  }
  // Some junk at the end is usual (a tag of the old kind, half a frame); a file of it is no voice.
  return seconds === 0 || at < bytes.length - mostJunk ? undefined : seconds;
}

/** An ID3 tag writes its size in four times seven bits. */
function afterTag(bytes: Buffer): number {
  if (bytes.length < 10 || bytes.subarray(0, 3).toString('latin1') !== 'ID3') return 0;
  const [a = 0, b = 0, c = 0, d = 0] = bytes.subarray(6, 10);
  return 10 + ((a << 21) | (b << 14) | (c << 7) | d);
}

function mp3Frame(bytes: Buffer, at: number): { size: number; seconds: number } | undefined {
  const head = bytes.readUInt32BE(at);
  const version = (head >>> 19) & 3;
  const isLayer3 = ((head >>> 17) & 3) === 1;
  if (head >>> 21 !== 0x7ff || version === 1 || !isLayer3) return undefined;
  const isOne = version === 3;
  const kbit = (isOne ? kbits.one : kbits.two)[(head >>> 12) & 15];
  const rate = (rates[(head >>> 10) & 3] ?? 0) / (isOne ? 1 : version === 2 ? 2 : 4);
  if (!kbit || rate === 0) return undefined;
  const samples = isOne ? 1_152 : 576;
  const padding = (head >>> 9) & 1;
  return {
    size: Math.floor((samples * kbit * 125) / rate) + padding,
    seconds: samples / rate,
  };
}
