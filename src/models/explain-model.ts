import { text } from '../kernel/text';
import { sourcesFor, type Replies, type ReplyHelper } from '../replies';
import { mostSources } from './ask-model';
import type { Models } from './open-models';

/** For the bench: whether a model would be asked and what it would be given; asks it only when told to. */
export function modelHelper(models: Models, replies: Replies): ReplyHelper {
  return {
    explain: async ({ said, state, answered, asks, locale }) => {
      const { accountId } = state;
      const style = models.styleOf(accountId);
      if (style === undefined || !models.settingOf(accountId).isOn) return null;
      if (answered?.missed === undefined) return null;
      const given = sourcesFor(replies.book, said, mostSources).map(({ id, question }) => ({
        id,
        question,
      }));
      const told = { wouldAsk: models.wouldAsk(accountId), style, sources: given };
      if (!asks) return { ...told, asked: null };
      const question = { said, accountId, identityId: null, purpose: 'try' } as const;
      const outcome = await models.ask(question);
      const reply = models.answered(outcome, state);
      const verdict = outcome.verdict === 'unasked' ? `unasked-${outcome.why}` : outcome.verdict;
      return {
        ...told,
        asked: {
          verdict,
          why: text(locale, `model.verdict.${verdict}`),
          faqId: reply?.faqId ?? null,
          text: reply?.params['text'] ?? null,
        },
      };
    },
  };
}
