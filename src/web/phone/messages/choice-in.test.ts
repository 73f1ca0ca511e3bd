import { textPieces } from '../../shared/parts/phone-message';
import { choiceIn } from './choice-in';

const link = (label: string, id: string) =>
  `<a href="weixin://bizmsgmenu?msgmenucontent=${label}&msgmenuid=${id}">${label}</a>`;
const choicesIn = (text: string) =>
  textPieces(text).flatMap(({ href }) => (href && choiceIn(href)) || []);

test('each line that is offered says its words and its id, with blanks in them too', () => {
  const text = [
    '哪一个？',
    `1. ${link('开票要多久', 'faq-a')}`,
    `2. ${link('SPF 50 怎么选', 'faq-b%20c')}`,
  ];

  expect(choicesIn(text.join('\n'))).toEqual([
    { text: '开票要多久', id: 'faq-a' },
    { text: 'SPF 50 怎么选', id: 'faq-b%20c' },
  ]);
});

test('an address, another link of WeChat and a choice without an id are no choices', () => {
  const others = ['https://example.com/?msgmenuid=1', 'weixin://dl/business/?t=1'];

  expect([...others, 'weixin://bizmsgmenu?msgmenucontent=1&msgmenuid='].map(choiceIn)).toEqual([
    ...[undefined, undefined, undefined],
  ]);
  expect(choicesIn('<a href=https://example.com/a>看看</a> https://example.com/b')).toEqual([]);
});
