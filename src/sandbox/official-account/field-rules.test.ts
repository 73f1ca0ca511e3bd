import { complaintAbout } from './field-rules';

test.each([
  ['thing1', '拿铁'],
  ['thing2', '二十个字二十个字二十个字二十个字二十个字'.slice(0, 20)],
  ['character_string1', 'A-1001/7'],
  ['number1', '12.50'],
  ['letter1', 'ABC'],
  ['symbol1', '***'],
  ['time1', '15:01'],
  ['time2', '2019年10月1日 15:01'],
  ['time3', '2023-09-12 19:43:07'],
  ['time4', '2019年10月1日 15:01~2019年10月1日 17:01'],
  ['date1', '2019年10月1日'],
  ['date2', '2019-10-01~2019-10-07'],
  ['amount1', '¥28.00'],
  ['amount2', '100元'],
  ['phone_number1', '+86-0766-66888866'.slice(0, 17)],
  ['car_number1', '粤A8Z888挂'],
  ['name1', '张三丰'],
  ['phrase1', '已到店'],
  ['const1', ''],
  ['keyword1', '历史模板\t以外都行'.replace('\t', '')],
])('%s may be %s', (key, value) => {
  expect(complaintAbout(key, value)).toBeUndefined();
});

test.each([
  ['thing1', '一'.repeat(21)],
  ['thing1', '   '],
  ['thing1', 'a\nb'],
  ['character_string1', '单号1'],
  ['number1', '12a'],
  ['letter1', 'A1'],
  ['symbol1', '!!!!!!'],
  ['time1', '25:00'],
  ['date1', '明天'],
  ['amount1', '28.00美元'],
  ['phone_number1', '1'.repeat(18)],
  ['car_number1', '粤A8Z888挂挂1'],
  ['name1', '名'.repeat(11)],
  ['phrase1', 'OK'],
  ['phrase1', '六个汉字短语'],
])('%s may not be %j', (key, value) => {
  expect(complaintAbout(key, value)).toContain(`data.${key}.value`);
});
