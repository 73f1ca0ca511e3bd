import { wordsOf } from '../answers/render-answer';
import { readLastSaid } from '../last-said';
import type { Answered } from '../reply-book';
import type { Expectation } from './conversation.schema';

/** How an answer is not what was expected, and what came instead; undefined when it is. */
export function differenceOf(
  expected: Expectation,
  answered: Answered | undefined,
): string | undefined {
  const missed = missedBy(expected, answered);
  return missed === undefined ? undefined : `${missed}; came: ${sayAnswer(answered)}`;
}

function missedBy(expected: Expectation, answered: Answered | undefined): string | undefined {
  const said = textOf(answered);
  if (expected.silence) return answered?.reply ? 'expected silence' : undefined;
  if (expected.by !== undefined && answered?.by !== expected.by) return `expected ${expected.by}`;
  if (expected.rule !== undefined && answered?.ruleId !== expected.rule)
    return `expected rule ${expected.rule}`;
  if (expected.faq !== undefined && answered?.faqId !== expected.faq)
    return `expected faq ${expected.faq}`;
  if (expected.kind !== undefined && answered?.reply?.kind !== expected.kind)
    return `expected ${expected.kind}`;
  if (expected.choices !== undefined && !isSameList(expected.choices, offersIn(answered)))
    return `expected the choices ${expected.choices.join(', ')}`;
  if (expected.equals !== undefined && said !== expected.equals)
    return `expected the text ${JSON.stringify(expected.equals)}`;
  const lacking = listOf(expected.contains).find((words) => !said.includes(words));
  if (lacking !== undefined) return `the answer lacks ${JSON.stringify(lacking)}`;
  const unwanted = listOf(expected.lacks).find((words) => said.includes(words));
  return unwanted === undefined ? undefined : `the answer has ${JSON.stringify(unwanted)}`;
}

/** Of the reply and the messages after it. */
const textOf = (answered: Answered | undefined): string =>
  answered?.reply ? [answered.reply, ...(answered.more ?? [])].map(wordsOf).join('\n') : '';

const offersIn = (answered: Answered | undefined): readonly string[] =>
  readLastSaid(answered?.offered ?? []).ids;

const listOf = (words: string | readonly string[] | undefined): readonly string[] =>
  words === undefined ? [] : [words].flat();

const isSameList = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((id, place) => id === other[place]);

const longestShown = 80;

/** `rule opening-hours «各门店每天 …»` */
function sayAnswer(answered: Answered | undefined): string {
  if (!answered?.reply) return answered?.unsaid ? `nothing (${answered.unsaid.code})` : 'nothing';
  const { by, ruleId, faqId, reply } = answered;
  const who = [by, ruleId ?? faqId ?? offersIn(answered).join(', ')].filter(Boolean).join(' ');
  const said = Array.from(textOf(answered).replaceAll('\n', ' ⏎ '));
  const shown = said.length > longestShown ? [...said.slice(0, longestShown), '…'] : said;
  return `${who} «${shown.join('') || reply.kind}»`;
}
