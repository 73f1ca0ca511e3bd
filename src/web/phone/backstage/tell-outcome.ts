import { t, textOr } from '../../shared/i18n/i18n';
import { msText } from '../parts/figures';
import type { Attempt, BackstageEvent } from '../view';

export interface Outcome {
  good: boolean;
  title: string;
  detail: string;
}

const accepted = new Set(['reply', 'success', 'empty', 'transfer', 'ignored']);
/** Two answers are the same when they say the same; the second they were written does not count. */
export const sameAnswer = (one: Attempt, other: Attempt): boolean =>
  withoutTime(one.replyPlain) === withoutTime(other.replyPlain);
const withoutTime = (reply: string): string => reply.replace(/<CreateTime>.*?<\/CreateTime>/, '');

export const wasAccepted = (attempt: Attempt): boolean => accepted.has(attempt.verdict);

/** The one that counted for the phone: the first that was accepted, else the last try. */
export const decidingAttempt = (event: BackstageEvent): Attempt | undefined =>
  event.attempts.find(wasAccepted) ?? event.attempts.at(-1);

/** Who answered, in words; a kind that is newer than this page is told by its name alone. */
export const tellRule = ({ name, why }: { name: string; why: string }): string =>
  textOr(`outcome.by.${why}`, t('outcome.rule', { name }), { name });

/** One sentence on what became of a callback, and one on why. */
export function tellOutcome(event: BackstageEvent): Outcome {
  const attempt = decidingAttempt(event);
  if (!attempt) return { good: true, title: t('outcome.waiting'), detail: '' };
  const ms = msText(attempt.ms);
  const rule = event.attempts.find((one) => one.trace?.rule)?.trace?.rule;
  const details = [rule ? tellRule(rule) : ''];

  if (!wasAccepted(attempt)) {
    const params = { count: event.attempts.length, status: attempt.status ?? '', ms };
    details.unshift(event.attempts.length > 1 ? t('outcome.gaveUp', params) : attempt.reason);
    return {
      good: false,
      title: textOr(`outcome.${attempt.verdict}`, t('outcome.failed'), params),
      detail: join(details),
    };
  }

  const again = event.attempts.filter((one) => wasAccepted(one) && one !== attempt);
  const same = again.every((one) => sameAnswer(one, attempt));
  const count = again.length + 1;
  const repeats = again.length
    ? t(same ? 'outcome.repeated' : 'outcome.repeatedDifferently', { count })
    : attempt.number > 1
      ? t('outcome.retried', { count: attempt.number })
      : t('outcome.once');
  const words = t(attempt.verdict === 'reply' ? 'outcome.answered' : 'outcome.silent', { ms });
  return { good: same, title: t('outcome.both', { words, repeats }), detail: join(details) };
}

const join = (sentences: string[]): string => sentences.filter(Boolean).join(t('outcome.gap'));
