import * as fc from 'fast-check';
import { foldDigits, redact } from './redact';

describe('what leaves for a model', () => {
  test.each([
    '13812345678',
    '138 1234 5678',
    '138-1234-5678',
    '+86 138.1234.5678',
    '１３８１２３４５６７８',
    '一三八一二三四五六七八',
    '021-55667788',
    '310101199003071234',
    '31010119900307123X',
    '6222 0212 3456 7890 123',
    '1 3 8 1 2 3 4 5 6 7 8',
    '138..1234..5678',
    '138】【1234】【5678',
    '138—1234—5678',
    '138:1234:5678',
    '1*3*8*1*2*3*4*5*6*7*8',
    '①③⑧①②③④⑤⑥⑦⑧',
    '١٣٨١٢٣٤٥٦٧٨',
    '一三8一二34五六7八',
    '壹叁捌壹贰叁肆伍陆柒捌',
    '幺三八幺二三四五六拐八',
    '一三八〇〇一三八○○○',
    'l38OOl38OOO',
    '1\u200b3\u200b8\u200b12345678',
    '3101 0119 9003 0712 3 X',
    'wang.xiaoming (at) example.com',
    'wang at example dot com',
    '12345678@qq点com',
    'wang艾特example点com',
    'wang.xiaoming@example.com',
    'wang＠example．com',
    'oABCDEFGHIJKLMNOPQRSTUVWXYZa',
    'o6_bmjrPTlm6_2sgVt7hMZOPfL2M',
    'wmABCDEFGHIJKLMNOPQRSTUVWXYZabcd',
    '微信号：zhangsan_1990',
    'https://shop.example/order?id=7&phone=1',
  ])('has no %s', (secret) => {
    const left = redact(`你好，${secret}，请回`);

    expect(left).toMatch(/^你好，\[(?:号码|邮箱|编号|账号|链接)\]/u);
    expect(left).not.toContain(secret.slice(-4));
    expect(left).not.toMatch(/\d{4}/);
  });

  test.each([
    '满 200 减 30 吗',
    '3 天能到吗，我 12 号要用',
    '50ml 的多少钱',
    'SPF50+ 够不够',
    '一二三',
    '10:00-22:00 都开门吗',
    '第一次来，两个人，三十块够吗',
    '买二送一还有吗？第 2 件 5 折',
    '看 the example. Come at noon',
  ])('keeps %s', (question) => {
    expect(redact(question)).toBe(question);
  });

  const chinese = '零一二三四五六七八九';
  const styles: readonly ((digit: number) => string)[] = [
    String,
    (digit) => String.fromCodePoint(0xff10 + digit),
    (digit) => chinese.charAt(digit),
    (digit) => '零壹贰叁肆伍陆柒捌玖'.charAt(digit),
    (digit) => String.fromCodePoint(digit === 0 ? 0x24ea : 0x245f + digit),
    (digit) => String.fromCodePoint(0x0660 + digit),
    (digit) => `${digit}\ufe0f\u20e3`,
  ];
  const gaps = [
    '',
    '',
    '',
    ' ',
    '-',
    '.',
    '·',
    '　',
    ' - ',
    '）（',
    '*',
    '/',
    '_',
    '、',
    '~',
    '\u200b',
    '】 【',
  ];
  const figuresIn = (said: string) =>
    foldDigits(said).match(/[\d零〇一二三四五六七八九壹贰叁肆伍陆柒捌玖]/gu) ?? [];
  const written = (digits: readonly number[]) =>
    fc
      .array(fc.tuple(fc.constantFrom(...styles), fc.constantFrom(...gaps)), {
        minLength: digits.length,
        maxLength: digits.length,
      })
      .map((ways) =>
        digits
          .map((digit, nth) => `${nth === 0 ? '' : ways[nth]?.[1]}${ways[nth]?.[0](digit)}`)
          .join(''),
      );
  const phone = fc
    .array(fc.integer({ min: 0, max: 9 }), { minLength: 9, maxLength: 9 })
    .chain((rest) => written([1, 3, ...rest]));
  const identity = fc
    .array(fc.integer({ min: 0, max: 9 }), { minLength: 17, maxLength: 17 })
    .chain((digits) => written(digits))
    .map((digits) => `${digits}X`);

  test('has no phone and no identity number, however its figures are written and kept apart', () => {
    fc.assert(
      fc.property(fc.oneof(phone, identity), (secret) => {
        const left = redact(`请打 ${secret} 找我`);

        expect(figuresIn(left)).toEqual([]);
        expect(left).toMatch(/^请打 .*\[号码\].* 找我$/u);
      }),
      { numRuns: 500 },
    );
  });

  test('has no address of mail, however its marks are spelt', () => {
    const word = fc.stringMatching(/^[a-z][a-z0-9]{2,8}$/);
    const at = fc.constantFrom('@', '＠', ' @ ', '(at)', '[at]', ' at ', '艾特', '（at）');
    const dot = fc.constantFrom('.', '．', ' . ', '点', ' dot ', '(dot)');
    fc.assert(
      fc.property(word, at, word, dot, (name, atMark, host, dotMark) => {
        const left = redact(`邮箱：${name}${atMark}${host}${dotMark}com，谢谢`);

        expect(left).toBe('邮箱：[邮箱]，谢谢');
      }),
      { numRuns: 300 },
    );
  });

  test('stays as it is when it is looked at again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (said) => {
        const once = redact(said);

        expect(redact(once)).toBe(once);
      }),
    );
  });

  test('takes no time, however long the nonsense', () => {
    const started = performance.now();

    for (const piece of ['1 ', 'a@', 'a', '一-', '(at', '1:', 'O1']) redact(piece.repeat(4_000));

    expect(performance.now() - started).toBeLessThan(2_000);
  });
});
