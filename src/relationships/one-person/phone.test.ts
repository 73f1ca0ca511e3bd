import { maskedPhone, phoneFrom } from './phone';

test.each([
  ['13800138000', '+8613800138000'],
  ['+86 138-0013-8000', '+8613800138000'],
  ['0086 13800138000', '+8613800138000'],
  ['１３８００１３８０００', '+8613800138000'],
  ['+65 9123 4567', '+6591234567'],
])('%s is compared as %s', (written, phone) => {
  expect(phoneFrom(written)).toBe(phone);
});

test.each([
  '',
  '021-61234567',
  '1.38E+10',
  '12345678901',
  '+86 21 6123 4567',
  '138001380001',
  'VIP',
])('“%s” is no mobile number', (written) => {
  expect(phoneFrom(written)).toBeUndefined();
});

test('the middle of a number is not shown', () => {
  expect([maskedPhone('+8613800138000'), maskedPhone('+6591234567')]).toEqual([
    '138****8000',
    '+65****4567',
  ]);
});
