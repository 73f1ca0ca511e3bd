import { deflateSync } from 'node:zlib';
import { recogniseFile } from './recognise-file';
import { aPdf } from '../../test/support/a-pdf';

const problemOf = (bytes: Buffer) => {
  const found = recogniseFile(bytes);
  return typeof found === 'string' ? found : found.kind;
};

test('a document is a file, as it came', () => {
  const bytes = aPdf();

  expect(recogniseFile(bytes)).toEqual({
    ...{ kind: 'file', mime: 'application/pdf', content: bytes },
    ...{ width: null, height: null, seconds: null },
  });
});

test('a document that was cut, or has something hanging behind it, is broken', () => {
  const bytes = aPdf();

  expect(problemOf(bytes.subarray(0, bytes.length - 12))).toBe('media_broken');
  expect(problemOf(Buffer.concat([bytes, Buffer.from('<script>alert(1)</script>')]))).toBe(
    'media_broken',
  );
});

test.each([
  ['a script', '<< /S /JavaScript /JS (app.alert) >>'],
  ['a script whose name is written in figures', '<< /S /Java#53cript >>'],
  ['a program to start', '<< /S /Launch /F (cmd.exe) >>'],
  ['another file', '<< /Type /EmbeddedFile >>'],
  ['a lock', '<< /Encrypt 9 0 R >>'],
])('a document with %s is not passed on', (_, object) => {
  expect(problemOf(aPdf(object))).toBe('media_unsafe');
});

test('what lies compressed in a stream of objects is looked at too', () => {
  const packed = (text: string) =>
    Buffer.concat([
      Buffer.from('<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode >>\nstream\n'),
      deflateSync(Buffer.from(text)),
      Buffer.from('\nendstream'),
    ]).toString('latin1');

  expect(problemOf(aPdf(packed('<< /S /JavaScript >>')))).toBe('media_unsafe');
  expect(problemOf(aPdf(packed('<< /Type /Page >>')))).toBe('file');
});
