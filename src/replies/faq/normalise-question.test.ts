import { isNegated, normaliseQuestion } from './normalise-question';

test.each([
  ['你好，请问你们几点关门？', '你们几点关门'],
  ['在吗 我想退货，谢谢！', '我想退货'],
  ['請問營業時間', '营业时间'],
  ['ＷｉＦｉ密码是什么', 'wifi密码是什么'],
  ['好好好好好慢', '好好慢'],
  ['充10000元', '充10000元'],
  ['第111号', '第111号'],
  ['为啥还没有到', '为什么还没到'],
  ['能不能开发票', '可以开发票'],
])('%s is read as %s', (said, read) => {
  const normalised = normaliseQuestion(said);

  expect(normalised).toBe(read);
});

test('a greeting alone is kept, because nothing else was said', () => {
  const normalised = ['你好', '在吗', '谢谢'].map(normaliseQuestion);

  expect(normalised).toEqual(['你好', '在吗', '谢谢']);
});

test('a word that merely begins like a greeting is not cut', () => {
  const normalised = ['亲子装有吗', '客服电话多少', 'highlight 口红'].map(normaliseQuestion);

  expect(normalised).toEqual(['亲子装有吗', '客服电话多少', 'highlight 口红']);
});

test('signs, blanks and emoji ask nothing', () => {
  const normalised = ['', '   ', '？！', '😀👍', '\u0000'].map(normaliseQuestion);

  expect(normalised).toEqual(['', '', '', '', '']);
});

test.each([
  ['为什么没收到货', true],
  ['支付失败', true],
  ['好不好用', false],
  ['有没有小样', false],
  ['不好意思想问下运费', false],
  ['可以退货吗', false],
])('%s denies something: %s', (said, negated) => {
  const answer = isNegated(normaliseQuestion(said));

  expect(answer).toBe(negated);
});
