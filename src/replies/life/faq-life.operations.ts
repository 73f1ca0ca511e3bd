import { requireAllAccounts } from '../../kernel/access';
import { NotFound } from '../../kernel/errors';
import type { Operation } from '../../kernel/http';
import type { Kit } from '../../kernel/kit';
import { lifeOperations } from '../../review';
import type { Replies } from '../open-replies';
import { presentFaqContent, presentFaqs } from '../present-faq';
import { faqContentFields, FaqView } from '../reply-rule.schema';
import { faqLife } from './faq-life';

/** A question from a draft to what answers, and back again. */
export function faqLifeOperations(kit: Kit, replies: Replies): Operation[] {
  const life = faqLife(kit);
  return lifeOperations(kit, {
    life,
    named: { path: '/api/v1/faqs/{id}', one: 'a question' },
    find: async (_, id) => {
      const row = await life.find(id);
      if (!row) throw new NotFound();
      return row;
    },
    // Questions are answered on every account.
    requireChange: requireAllAccounts,
    view: FaqView,
    show: async (_, row, locale) => {
      await replies.faqsAreLive();
      const [shown] = await presentFaqs(kit, [row], locale);
      if (!shown) throw new NotFound();
      return shown;
    },
    contentFields: faqContentFields,
    showContent: (_, content) => presentFaqContent(content),
  });
}
