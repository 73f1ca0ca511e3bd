import { limits } from '../channels/official-account';
import { weComLimits } from '../channels/wecom';
import { checkPdf } from './check-pdf';
import { isWholeFilm } from './film';
import type { FileKind } from './media-item.entity';
import { readPicture } from './read-picture';
import { voiceSeconds } from './voice-length';

export type Recognised = {
  readonly kind: FileKind;
  readonly mime: string;
  readonly content: Buffer;
  readonly width: number | null;
  readonly height: number | null;
  readonly seconds: number | null;
};

export type FileProblem =
  | 'media_unknown'
  | 'media_broken'
  | 'media_unsafe'
  | 'media_too_large'
  | 'media_too_long'
  | 'media_too_many_pixels';

/** More than any phone's camera makes; a small file may claim far more and exhaust who opens it. */
const mostPixels = 40_000_000;

const endings: Readonly<Record<string, string>> = {
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'image/gif': 'gif',
  'audio/amr': 'amr',
  'audio/mpeg': 'mp3',
  'video/mp4': 'mp4',
  'application/pdf': 'pdf',
};
export const endingOf = (mime: string): string => endings[mime] ?? 'bin';

/**
 * What the bytes are, whatever their name says. Pictures come back without what they tell of place and camera
 * and without what hangs behind them.
 */
export function recogniseFile(bytes: Buffer, wanted?: 'thumb'): Recognised | FileProblem {
  const mime = mimeOf(bytes);
  if (mime === undefined) return 'media_unknown';
  if (wanted === 'thumb' && mime !== 'image/jpeg') return 'media_unknown';
  const kind: FileKind = wanted ?? kindOf(mime);
  const none = { width: null, height: null, seconds: null };
  if (kind === 'video') {
    return isWholeFilm(bytes) ? sized({ ...none, kind, mime, content: bytes }) : 'media_broken';
  }
  if (kind === 'file') {
    const isTooLarge = bytes.length > mostBytesOf[kind];
    return (
      (isTooLarge ? 'media_too_large' : checkPdf(bytes)) ?? { ...none, kind, mime, content: bytes }
    );
  }
  if (kind === 'voice') {
    const seconds = voiceSeconds(bytes, mime);
    if (seconds === undefined) return 'media_broken';
    if (seconds > limits.media.voiceSeconds) return 'media_too_long';
    return sized({ ...none, kind, mime, content: bytes, seconds: Math.ceil(seconds) });
  }
  const picture = readPicture(bytes, mime);
  if (!picture) return 'media_broken';
  const { width, height, content } = picture;
  if (width < 1 || height < 1) return 'media_broken';
  if (width * height > mostPixels) return 'media_too_many_pixels';
  return sized({ kind, mime, content, width, height, seconds: null });
}

const mostBytesOf: Readonly<Record<FileKind, number>> = {
  ...limits.media.bytes,
  file: weComLimits.media.fileBytes,
};
const sized = (file: Recognised): Recognised | FileProblem =>
  file.content.length > mostBytesOf[file.kind] ? 'media_too_large' : file;

const kindOf = (mime: string): FileKind => {
  if (mime.startsWith('audio/')) return 'voice';
  if (mime === 'application/pdf') return 'file';
  return mime === 'video/mp4' ? 'video' : 'image';
};

function mimeOf(bytes: Buffer): string | undefined {
  const starts = (text: string, at = 0) =>
    bytes.subarray(at, at + text.length).toString('latin1') === text;
  if (starts('\x89PNG\r\n\x1a\n')) return 'image/png';
  if (starts('\xff\xd8\xff')) return 'image/jpeg';
  if (starts('GIF87a') || starts('GIF89a')) return 'image/gif';
  if (starts('#!AMR\n')) return 'audio/amr';
  if (starts('%PDF-1.') || starts('%PDF-2.')) return 'application/pdf';
  // Layer III of MPEG 1 or 2, with or without a protected header.
  const isFrame = bytes[0] === 0xff && ((bytes[1] ?? 0) & 0xe6) === 0xe2;
  if (starts('ID3') || isFrame) return 'audio/mpeg';
  // QuickTime and still pictures of the same family are not what phones play.
  const isFilm =
    starts('ftyp', 4) &&
    /^(isom|iso[2-9]|mp4[12]|avc1|M4V |MSNV|dash)/.test(bytes.subarray(8, 12).toString('latin1'));
  return isFilm ? 'video/mp4' : undefined;
}
