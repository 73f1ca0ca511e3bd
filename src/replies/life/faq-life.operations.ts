import { requireAllAccounts, type Actor } from '../../kernel/access';
import { NotFound } from '../../kernel/errors';
import type { Operation } from '../../kernel/http';
import type { Kit } from '../../kernel/kit';
import { decidingOf, lifeOperations } from '../../review';
import type { Replies } from '../open-replies';
import { presentFaqContent, presentFaqs } from '../present-faq';
import { faqContentFields, FaqView } from '../reply-rule.schema';
import { faqLife } from './faq-life';

/** Who may take a step with a question; on every account they are answered. */
function faqSteps(kit: Kit) {
  const life = faqLife(kit);
  const find = async (_: Actor, id: string) => {
    const row = await life.find(id);
    if (!row) throw new NotFound();
    return row;
  };
  return { life, find, requireChange: requireAllAccounts };
}

/** Many questions that a reviewer publishes are learned once. */
export const decidingFaqs = (kit: Kit, replies: Replies) =>
  decidingOf(kit, faqSteps(kit), async (work) => {
    const done = await replies.holdFaqs(work);
    await replies.faqsAreLive();
    return done;
  });

/** A question from a draft to what answers, and back again. */
export function faqLifeOperations(kit: Kit, replies: Replies): Operation[] {
  return lifeOperations(kit, {
    ...faqSteps(kit),
    named: { path: '/api/v1/faqs/{id}', one: 'a question' },
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
