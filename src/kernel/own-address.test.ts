import { isHostIpv4, ownIpv4 } from './own-address';

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
