import { deflateSync } from 'node:zlib';
import { recogniseFile } from './recognise-file';

const chunk = (type: string, data: Buffer): Buffer => {
  const size = Buffer.alloc(4);
  size.writeUInt32BE(data.length);
  return Buffer.concat([size, Buffer.from(type, 'latin1'), data, Buffer.alloc(4)]);
};
const png = (width: number, height: number, extra: Buffer = Buffer.alloc(0)): Buffer => {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', head),
    extra,
    chunk('IDAT', deflateSync(Buffer.alloc(64))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
};
const segment = (marker: number, data: Buffer): Buffer => {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(data.length + 2, 2);
  return Buffer.concat([head, data]);
};
/** EXIF of a phone held upright: orientation 6, and a place nobody else should know. */
const exif = Buffer.from(
  '457869660000' + '49492a0008000000' + '0100' + '120103000100000006000000' + '00000000',
  'hex',
);
const jpeg = (more: Buffer = Buffer.alloc(0)): Buffer =>
  Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    segment(0xe1, Buffer.concat([exif, Buffer.from('GPS 31.2304N 121.4737E')])),
    segment(0xfe, Buffer.from('secret comment')),
    segment(0xc0, Buffer.from([8, 0, 40, 0, 30, 1, 1, 0x11, 0])),
    segment(0xda, Buffer.from([1, 1, 0, 0, 63, 0])),
    Buffer.from([1, 2, 0xff, 0, 3, 0xff, 0xd0, 4]),
    Buffer.from([0xff, 0xd9]),
    more,
  ]);
const amr = (seconds: number): Buffer =>
  Buffer.concat([
    Buffer.from('#!AMR\n'),
    ...Array.from({ length: seconds * 50 }, () =>
      Buffer.concat([Buffer.from([0x3c]), Buffer.alloc(31)]),
    ),
  ]);
const mp3 = (frames: number): Buffer =>
  Buffer.concat([
    Buffer.from('ID3\x04\0\0\0\0\0\x04abcd', 'latin1'),
    ...Array.from({ length: frames }, () =>
      Buffer.concat([Buffer.from([0xff, 0xfb, 0x90, 0x00]), Buffer.alloc(413)]),
    ),
  ]);

const box = (type: string, data: Buffer): Buffer => {
  const size = Buffer.alloc(4);
  size.writeUInt32BE(data.length + 8);
  return Buffer.concat([size, Buffer.from(type, 'latin1'), data]);
};
const film = (...more: Buffer[]): Buffer =>
  Buffer.concat([
    box('ftyp', Buffer.from('mp42\0\0\0\0isom', 'latin1')),
    box('moov', Buffer.alloc(40)),
    box('mdat', Buffer.alloc(200, 7)),
    ...more,
  ]);

test('a film has its parts to the very end, and a voice is no page behind one frame', () => {
  const page = Buffer.from('<script>alert(1)</script>'.repeat(300));
  const endless = Buffer.concat([film(), Buffer.from('\0\0\0\0free', 'latin1'), Buffer.alloc(9)]);

  expect(recogniseFile(endless)).toMatchObject({ kind: 'video' });
  expect(recogniseFile(film(page))).toBe('media_broken');
  expect(recogniseFile(film().subarray(0, 150))).toBe('media_broken');
  expect(recogniseFile(Buffer.concat([box('ftyp', Buffer.from('mp42')), page]))).toBe(
    'media_broken',
  );
  expect(recogniseFile(Buffer.concat([mp3(1), page]))).toBe('media_broken');
  expect(
    recogniseFile(Buffer.concat([mp3(100), Buffer.from('TAG'), Buffer.alloc(125)])),
  ).toMatchObject({
    kind: 'voice',
  });
});

test('the bytes say what a file is, and its size or length', () => {
  expect(recogniseFile(png(20, 10))).toMatchObject({ kind: 'image', width: 20, height: 10 });
  expect(recogniseFile(jpeg())).toMatchObject({ mime: 'image/jpeg', width: 30, height: 40 });
  expect(recogniseFile(amr(3))).toMatchObject({ kind: 'voice', mime: 'audio/amr', seconds: 3 });
  expect(recogniseFile(mp3(100))).toMatchObject({ kind: 'voice', mime: 'audio/mpeg', seconds: 3 });
  expect(recogniseFile(film())).toMatchObject({ kind: 'video', mime: 'video/mp4' });
  expect(recogniseFile(jpeg(), 'thumb')).toMatchObject({ kind: 'thumb' });
});

test('what only pretends is refused', () => {
  const pages = ['<html><script>alert(1)</script>', '<svg onload="alert(1)">', '', 'MZ\x90\0'];
  const found = pages.map((page) => recogniseFile(Buffer.from(page, 'latin1')));
  expect(found).toEqual(pages.map(() => 'media_unknown'));
  expect(recogniseFile(Buffer.from('\0\0\0\x18ftypqt  \0\0', 'latin1'))).toBe('media_unknown');
  expect(recogniseFile(png(20, 10), 'thumb')).toBe('media_unknown');
  expect(recogniseFile(png(20_000, 20_000))).toBe('media_too_many_pixels');
  expect(recogniseFile(png(0, 10))).toBe('media_broken');
  expect(recogniseFile(png(20, 10).subarray(0, 60))).toBe('media_broken');
  expect(recogniseFile(jpeg().subarray(0, -2))).toBe('media_broken');
  expect(recogniseFile(Buffer.from('\x89PNG\r\n\x1a\n<html>', 'latin1'))).toBe('media_broken');
  expect(recogniseFile(Buffer.from('GIF89a'))).toBe('media_broken');
  expect(recogniseFile(amr(61))).toBe('media_too_long');
  expect(recogniseFile(Buffer.concat([amr(1), Buffer.from('<html>')]))).toBe('media_broken');
  expect(recogniseFile(Buffer.concat([mp3(1).subarray(0, 14), Buffer.alloc(9)]))).toBe(
    'media_broken',
  );
});

test('pictures are kept without place, comment and what hangs behind them, but the right way up', () => {
  const page = Buffer.from('<script>alert(1)</script>');
  const note = chunk('tEXt', Buffer.from('GPS 31.2304N'));
  const photo = recogniseFile(jpeg(page));
  const shot = recogniseFile(Buffer.concat([png(20, 10, note), page]));

  if (typeof photo === 'string' || typeof shot === 'string') throw new Error('refused');
  for (const { content } of [photo, shot]) {
    expect(content.toString('latin1')).not.toMatch(/GPS|secret|script/);
  }
  expect(shot.content).toEqual(png(20, 10));
  expect(photo.content.subarray(2, 38).toString('hex')).toContain('0112000300000001' + '0006');
  expect(recogniseFile(photo.content)).toMatchObject({ content: photo.content });
});
