import { plainWords } from './plain-words';

test.each([
  ['点 <a href="https://example.com/returns">申请退换</a>，三天到账', '点 申请退换，三天到账'],
  ['<A data-miniprogram-appid="wx1" href="x">约时间</A>', '约时间'],
  ['买 2 &gt; 1 &amp; 包邮&nbsp;哦', '买 2 > 1 & 包邮 哦'],
  ['3 < 5，<b>不是链接</b>', '3 < 5，<b>不是链接</b>'],
  ['&amp;lt; 只解一层', '&lt; 只解一层'],
])('%s reads %s', (said, read) => {
  expect(plainWords(said)).toBe(read);
});
