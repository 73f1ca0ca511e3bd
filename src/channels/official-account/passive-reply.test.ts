import fc from 'fast-check';
import type { Reply } from '../inbound-event';
import { readFlatXml } from '../wire/flat-xml';
import { readNestedXml } from '../wire/nested-xml';
import { cutToBytes, writePassiveReply } from './passive-reply';

const addresses = { to: 'oTEST', from: 'gh_0123456789ab', createTime: '1700000001' };
const write = (reply: Reply) => writePassiveReply(reply, addresses) ?? '';
const head = { ToUserName: 'oTEST', FromUserName: 'gh_0123456789ab', CreateTime: '1700000001' };

test.each<[Reply, object]>([
  [
    { kind: 'text', text: '第一行\n第二行' },
    { MsgType: 'text', Content: '第一行\n第二行' },
  ],
  [
    { kind: 'image', mediaId: 'MID' },
    { MsgType: 'image', Image: { MediaId: 'MID' } },
  ],
  [
    { kind: 'voice', mediaId: 'MID' },
    { MsgType: 'voice', Voice: { MediaId: 'MID' } },
  ],
  [
    { kind: 'video', mediaId: 'MID', title: 't', description: 'd' },
    { MsgType: 'video', Video: { MediaId: 'MID', Title: 't', Description: 'd' } },
  ],
  [
    {
      kind: 'music',
      title: 't',
      description: 'd',
      url: 'u',
      highQualityUrl: 'h',
      thumbMediaId: 'MID',
    },
    {
      MsgType: 'music',
      Music: { Title: 't', Description: 'd', MusicUrl: 'u', HQMusicUrl: 'h', ThumbMediaId: 'MID' },
    },
  ],
  [
    {
      kind: 'articles',
      articles: [
        { title: 't', description: 'd', pictureUrl: 'p', url: 'u' },
        { title: 'second, never shown', url: 'u2' },
      ],
    },
    {
      MsgType: 'news',
      ArticleCount: '1',
      Articles: { item: { Title: 't', Description: 'd', PicUrl: 'p', Url: 'u' } },
    },
  ],
  [{ kind: 'transfer-to-agent' }, { MsgType: 'transfer_customer_service' }],
  [
    { kind: 'transfer-to-agent', agent: 'test1@gh_acct' },
    { MsgType: 'transfer_customer_service', TransInfo: { KfAccount: 'test1@gh_acct' } },
  ],
])('writes reply %#', (reply, expected) => {
  expect(readNestedXml(write(reply))).toEqual({ ...head, ...expected });
});

test('nothing to say is no reply at all', () => {
  expect(write({ kind: 'text', text: '' })).toBe('');
  expect(write({ kind: 'text', text: ' \u0000\n' })).toBe('');
  expect(write({ kind: 'articles', articles: [] })).toBe('');
});

test('any text arrives as written, but for what XML cannot carry', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (said) => {
      const fields = readFlatXml(write({ kind: 'text', text: `a${said}` }));

      const legal = said.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '');
      expect(fields?.['Content']).toBe(`a${legal}`);
    }),
  );
});

test('the end of a CDATA section can be said', () => {
  const fields = readFlatXml(write({ kind: 'text', text: 'a]]>b]]]]>>' }));

  expect(fields?.['Content']).toBe('a]]>b]]]]>>');
});

test('halves of surrogate pairs are dropped', () => {
  const fields = readFlatXml(write({ kind: 'text', text: 'a\ud83dx\udc4bb👋' }));

  expect(fields?.['Content']).toBe('axb👋');
});

test.each([
  ['a'.repeat(2048), 2048],
  ['a'.repeat(2049), 2048],
  ['汉'.repeat(683), 2046],
  [`a${'🧧'.repeat(512)}`, 2045],
])('a text is cut at 2048 bytes between characters (%#)', (said, bytes) => {
  const cut = readFlatXml(write({ kind: 'text', text: said }))?.['Content'] ?? '';

  expect(Buffer.byteLength(cut)).toBe(bytes);
  expect(said.startsWith(cut)).toBe(true);
});

test('cutting never leaves a broken character behind', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.nat(80), (said, most) => {
      const cut = cutToBytes(said, most);

      expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(most);
      expect(said.startsWith(cut)).toBe(true);
    }),
  );
});
