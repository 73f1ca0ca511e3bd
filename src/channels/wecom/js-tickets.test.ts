import { signPage } from './js-tickets';

test.each([
  [
    'sM4AOVdWfPE4DxkXGEs8VMCPGGVi4C3VM0P37wVUCFvkVAy_90u5h9nbSlYy3-Sl-HhTdfl2fzFy1AOcHKP7qg',
    'Wm3WZYTPz0wzccnW',
    '1414587457',
    'http://mp.weixin.qq.com?params=value',
    '0f9de62fce790f9a083d5c99e95740ceb90c27ed',
  ],
  [
    'TICKET_SIM_0001',
    'abc123',
    '1700000000',
    'https://scrm.example.com/sidebar?a=1&b=2',
    '20d984ffd9ab9be68e81b8752407a05a452ccaab',
  ],
])('signs the published page %#', (ticket, nonceStr, timestamp, url, signature) => {
  const signed = signPage(ticket, url, { timestamp, nonceStr });

  expect(signed).toEqual({ timestamp, nonceStr, signature });
});

test('a fragment is no part of the page', () => {
  const stamp = { timestamp: '1700000000', nonceStr: 'abc123' };

  const plain = signPage('T', 'https://a.example/s?x=1', stamp);

  expect(signPage('T', 'https://a.example/s?x=1#/person/1', stamp)).toEqual(plain);
});
