import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bytesIn, makeRoom } from './make-room';
import { mediaTypeOf } from './media-store';

const png = Buffer.from('\x89PNG\r\n\x1a\nrest', 'latin1');
const page = Buffer.from('<!doctype html><script>alert(1)</script>');

test.each([
  ['a picture is what its bytes say', 'image', 'text/html', png, 'image/png'],
  ['a page that calls itself a picture is none', 'image', 'image/png', page, undefined],
  ['a drawing that could run scripts is none', 'image', 'image/svg+xml', page, undefined],
  [
    'a voice without first bytes of its own is what WeChat says',
    'voice',
    'audio/speex',
    page,
    'audio/speex',
  ],
  ['a page is no voice', 'voice', 'text/html', page, undefined],
  ['a voice of AMR', 'voice', 'application/octet-stream', Buffer.from('#!AMR\n'), 'audio/amr'],
  ['a picture is no voice', 'voice', 'audio/amr', png, undefined],
  ['a video', 'video', 'video/mp4', Buffer.from('\0\0\0\x18ftypmp42', 'latin1'), 'video/mp4'],
  ['a page is no video', 'video', 'video/mp4', page, undefined],
  ['a link holds nothing', 'link', 'image/png', png, undefined],
])('%s', (_, kind, said, content, type) => {
  expect(mediaTypeOf(kind, said, content)).toBe(type);
});

test('the oldest files make room, and no more of them than is needed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'guanxi-media-'));
  for (const [name, at] of [
    ['old', 1],
    ['older', 0],
    ['young', 3],
    ['middle', 2],
  ] as const) {
    writeFileSync(join(folder, name), Buffer.alloc(100));
    utimesSync(join(folder, name), 1_000 + at, 1_000 + at);
  }

  const before = bytesIn(folder);
  const left = makeRoom(folder, 300);
  const names = readdirSync(folder).sort();
  rmSync(folder, { recursive: true });

  expect([before, left, names]).toEqual([400, 200, ['middle', 'young']]);
  expect([bytesIn(folder), makeRoom(folder, 10)]).toEqual([0, 0]);
});
