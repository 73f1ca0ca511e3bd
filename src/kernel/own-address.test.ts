import { isHostIpv4, isInnerHost, ownIpv4 } from './own-address';

const address = (text: string, more: object = {}) => ({
  address: text,
  family: 'IPv4' as const,
  internal: false,
  netmask: '255.255.255.0',
  mac: '00:00:00:00:00:00',
  cidr: null,
  ...more,
});

test('a public address goes before a private one, and loopback is none', () => {
  const lo = [address('127.0.0.1', { internal: true })];

  expect(ownIpv4({ lo, eth0: [address('10.0.0.4')], eth1: [address('203.0.113.7')] })).toBe(
    '203.0.113.7',
  );
  expect(ownIpv4({ lo, eth0: [address('10.0.0.4')] })).toBe('10.0.0.4');
  expect(ownIpv4({ lo })).toBeUndefined();
});

test.each([
  '127.0.0.1',
  '127.9.9.9',
  '0.0.0.0',
  '224.0.0.1',
  '1.2.3.256',
  '1.2.3',
  '01.2.3.4',
  '::1',
])('%s is no address that an order can come from', (text) => {
  expect(isHostIpv4(text)).toBe(false);
});

test.each([
  ...['http://169.254.169.254/latest', 'http://127.0.0.1:8080/', 'http://2130706433/'],
  ...[
    'http://0x7f.1/',
    'http://localhost/',
    'http://localhost./',
    'http://redis/',
    'http://a.local/',
  ],
  ...['http://10.1.2.3/', 'http://192.168.0.1/', 'http://[::1]/', 'http://[::ffff:127.0.0.1]/'],
  ...['http://[fe80::1]/', 'http://metadata.google.internal/', 'http://0.0.0.0/'],
])('%s stands inside', (url) => {
  expect(isInnerHost(new URL(url).hostname)).toBe(true);
});

test.each([
  'https://example.com/',
  'http://203.0.113.7/',
  'http://[2001:db8::1]/',
  'https://例子.中国/',
])('%s stands outside', (url) => {
  expect(isInnerHost(new URL(url).hostname)).toBe(false);
});
