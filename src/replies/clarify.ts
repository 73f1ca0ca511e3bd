import { text } from '../kernel/text';
import { choiceLink } from './answers/choices-text';

export type Offer = { readonly id: string; readonly question: string };

const mostOffers = 3;
const longestLabel = 60;
const choicePrefix = 'faq-';

/**
 * Up to three questions to pick from. A tap on a `weixin://bizmsgmenu` link sends its text as if the
 * follower had written it, with our id beside it; clients that do not know the link show the label,
 * and its number can be typed.
 */
export function offerText(offers: readonly Offer[]): string {
  const lines = offers.slice(0, mostOffers).map(({ id, question }, index) => {
    const label = withoutMarkup(question);
    return `${index + 1}. ${choiceLink(label, choiceIdOf(id))}`;
  });
  return [text('zh-CN', 'reply.clarify.head'), ...lines, text('zh-CN', 'reply.clarify.tail')].join(
    '\n',
  );
}

export const offersOf = <T>(ranked: readonly T[]): readonly T[] => ranked.slice(0, mostOffers);

export const choiceIdOf = (faqId: string): string => choicePrefix + encodeURIComponent(faqId);

/** The FAQ whose link was tapped, when the id is one of ours. */
export function faqIdOfChoice(choiceId: string): string | undefined {
  if (!choiceId.startsWith(choicePrefix)) return undefined;
  try {
    return decodeURIComponent(choiceId.slice(choicePrefix.length));
  } catch {
    return undefined;
  }
}

/** The place of a typed number among what was offered: `2`, `２`, `2.`. */
export function numberSaid(said: string): number | undefined {
  const [, digit] = /^\s*([1-3])\s*[.。、)]?\s*$/.exec(said.normalize('NFKC')) ?? [];
  return digit === undefined ? undefined : Number(digit) - 1;
}

/** Quotes, angles and ampersands would end the link early; WeChat does not unescape them. */
function withoutMarkup(question: string): string {
  const bare = question.replace(/["'<>&#\s]+/g, ' ').trim();
  return Array.from(bare).slice(0, longestLabel).join('');
}
