import { redact } from './redact';

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
  ])('keeps %s', (question) => {
    expect(redact(question)).toBe(question);
  });
});
