import { text } from '../kernel/text';
import { fold } from './matching';

export type Verdict = 'helpful' | 'not-helpful';

const verdicts: readonly Verdict[] = ['helpful', 'not-helpful'];
const choicePrefix = 'faq.judge.';
/** WeChat cuts a passive text reply at so many bytes; the question about it must not cost the answer. */
const longestReplyBytes = 2_048;

const words = new Map(
  verdicts.flatMap((verdict) =>
    text('zh-CN', `reply.feedback.${verdict}-words`)
      .split('|')
      .map((word) => [fold(word), verdict] as const),
  ),
);

/** The answer with two words to tap beneath it; as it is when they do not fit. */
export function withFeedback(answer: string): string {
  const links = verdicts.map((verdict) => {
    const label = text('zh-CN', `reply.feedback.${verdict}`);
    const choice = `msgmenucontent=${label}&msgmenuid=${choicePrefix}${verdict}`;
    return `<a href="weixin://bizmsgmenu?${choice}">${label}</a>`;
  });
  const asked = `${answer}\n\n${links.join('    ')}`;
  return Buffer.byteLength(asked) <= longestReplyBytes ? asked : answer;
}

/** What a tap or the typed word says of the last answer. */
export function verdictOf(said: string, choiceId: string | undefined): Verdict | undefined {
  const tapped = verdicts.find((verdict) => choiceId === choicePrefix + verdict);
  return tapped ?? words.get(fold(said));
}

export const verdictAnswer = (verdict: Verdict): string =>
  text('zh-CN', `reply.feedback.${verdict}-answer`);
