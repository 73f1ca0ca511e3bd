import { isGreeting } from './greetings';

test.each(['在吗', '在吗？有人吗', '你好，在不在呀～', 'Hello! Anybody there?', '亲，有客服吗 😊'])(
  '%s asks for nothing but a person',
  (said) => expect(isGreeting(said)).toBe(true),
);

test.each(['在吗，面膜漏了', '你们几点开门', '好', '', '亲，能退吗', 'hi, any discount?'])(
  '%s does not',
  (said) => expect(isGreeting(said)).toBe(false),
);
