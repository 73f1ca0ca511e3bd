import { guessable } from './guessable-password';

describe('a password that is among the first to be tried', () => {
  test.each([
    ['1234567890', 'password_digits'],
    ['13800138000', 'password_digits'],
    ['password123', 'password_common'],
    ['P@ssw0rd2026', 'password_common'],
    ['Admin@123456', 'password_sequence'],
    ['woaini5201314', 'password_common'],
    ['qwertyuiop', 'password_sequence'],
    ['1qaz2wsx3edc', 'password_sequence'],
    ['zyxwvutsrq', 'password_sequence'],
    ['aaaaaaaaaa', 'password_repeats'],
    ['abcabcabcab', 'password_repeats'],
    ['k7k7k7k7k7', 'password_repeats'],
    ['aaaaabbbbb', 'password_repeats'],
  ])('%s is refused as %s', (password, why) => {
    expect(guessable(password)).toBe(why);
  });

  test('so is one made of what everybody knows of its owner', () => {
    expect(guessable('chenlan2026', ['chenlan', '陈岚'])).toBe('password_personal');
    expect(guessable('chenlan2026', ['lin', '林'])).toBeUndefined();
  });

  test.each([
    'a long enough password',
    'tulip-garage-91',
    'teej-hwxy-r74f',
    '山茶花开在静安店门口',
    'Zk3!vT9#qLm2',
    '83920174652908',
  ])('%s is taken', (password) => {
    expect(guessable(password, ['chenlan', 'Chen Lan'])).toBeUndefined();
  });
});
