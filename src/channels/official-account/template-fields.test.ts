import {
  checkTemplateField,
  fieldKindOf,
  plainFieldValue,
  readTemplateFields,
} from './template-fields';

test.each([
  ['thing1', '二十个字二十个字二十个字二十个字二十个字'],
  ['thing1', '👋'.repeat(20)],
  ['character_string2', 'A-2026/11 #7'],
  ['number3', '12.50'],
  ['letter1', 'AbC'],
  ['symbol1', '！#'],
  ['time4', '15:01'],
  ['time4', '2019年10月1日 15:01'],
  ['time4', '2023-09-12 19:43:07'],
  ['time4', '09:00~18:00'],
  ['date5', '2026年11月21日'],
  ['date5', '2026年11月21日~2026年12月31日'],
  ['date5', '2026-11-21 10:00'],
  ['amount6', '¥28.00'],
  ['amount6', '128元'],
  ['phone_number7', '+86-13800000000'],
  ['car_number8', '粤A12345'],
  ['car_number8', '粤B1234学'],
  ['name9', '张三'],
  ['name9', 'Alexander Hamilton'],
  ['phrase10', '已到期'],
  ['const11', ''],
  ['keyword1', '任何内容'],
  ['first', '多行\n也行'],
])('%s takes %j', (key, value) => {
  expect(checkTemplateField(key, value)).toEqual([]);
});

test.each([
  ['thing1', '', 'empty'],
  ['thing1', '一'.repeat(21), 'too-long'],
  ['thing1', '两行\n文字', 'control-character'],
  ['thing1', 'a\u0007b', 'control-character'],
  ['short_thing1', '六个字的短语', 'too-long'],
  ['character_string2', '订单7', 'no-chinese'],
  ['character_string2', 'x'.repeat(33), 'too-long'],
  ['number3', '12元', 'digits-only'],
  ['letter1', 'A1', 'letters-only'],
  ['symbol1', 'a', 'symbols-only'],
  ['time4', '25:00', 'not-a-time'],
  ['time4', '明天', 'not-a-time'],
  ['date5', '2026年13月1日', 'not-a-date'],
  ['date5', '15:00', 'not-a-date'],
  ['amount6', '¥¥28', 'not-an-amount'],
  ['amount6', '12345678901', 'not-an-amount'],
  ['phone_number7', '手机13800000000', 'not-a-phone-number'],
  ['phone_number7', '1'.repeat(18), 'too-long'],
  ['car_number8', '粤A1234567', 'too-long'],
  ['name9', '十一个字的名字实在太长了', 'too-long'],
  ['name9', 'x'.repeat(21), 'too-long'],
  ['phrase10', 'done', 'chinese-only'],
  ['phrase10', '六个字的词语', 'too-long'],
])('%s refuses %j: %s', (key, value, code) => {
  expect(checkTemplateField(key, value).map((problem) => problem.code)).toContain(code);
});

test.each([
  ['date3', '2026 年 11 月 30 日', '2026年11月30日'],
  ['date3', ' 2026年 11月\u300030日 10:00 ', '2026年11月30日 10:00'],
  ['date3', '2026 - 11 - 30', '2026-11-30'],
  ['time4', '9:00 ~ 18 : 00', '9:00~18:00'],
  ['thing1', ' 两个 词 ', '两个 词'],
])('%s: %j is sent as %j', (key, written, sent) => {
  expect(plainFieldValue(key, written)).toBe(sent);
  expect(checkTemplateField(key, sent)).toEqual([]);
});

test('a value that is too long says by how much', () => {
  expect(checkTemplateField('thing1', '一'.repeat(23))).toEqual([
    { code: 'too-long', params: { most: 20, length: 23 } },
  ]);
});

test('the kind of a field is the word its key begins with', () => {
  expect(
    ['thing12', 'character_string1', 'short_thing3', 'const4', 'keyword2', 'remark'].map(
      fieldKindOf,
    ),
  ).toEqual(['thing', 'character_string', 'short_thing', 'const', 'legacy', 'ignored']);
});

test('fields are read from the content of a template, in order and once', () => {
  const content =
    '{{first.DATA}}\n门店：{{thing1.DATA}}\n到期积分：{{ number2.DATA }}\n时间: {{time3.DATA}}至{{time4.DATA}}\n{{thing1.DATA}}';

  expect(readTemplateFields(content)).toEqual([
    { key: 'first', kind: 'ignored', label: '' },
    { key: 'thing1', kind: 'thing', label: '门店' },
    { key: 'number2', kind: 'number', label: '到期积分' },
    { key: 'time3', kind: 'time', label: '时间' },
    { key: 'time4', kind: 'time', label: '至' },
  ]);
});
