import { text } from '../kernel/text';

const greetings = (['zh-CN', 'en'] as const)
  .flatMap((locale) => text(locale, 'conversation.greetings').split('|'))
  .sort((one, other) => other.length - one.length);
const onlyGreetings = new RegExp(`^(?:${greetings.join('|')})+$`, 'u');

/** Words that ask only whether somebody is there. */
export const isGreeting = (said: string): boolean =>
  onlyGreetings.test(said.toLowerCase().replace(/[\s\p{P}\p{S}]/gu, ''));
