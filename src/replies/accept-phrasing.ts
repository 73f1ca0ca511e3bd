import type { Actor } from '../kernel/access';
import type { Tx } from '../kernel/database';
import { NotFound } from '../kernel/errors';
import { changeVersion, contentIn, holdRow, standingIn, type LifeKit } from '../review';
import type { CandidateSource } from './faq-learning.entity';
import { foldQuestion } from './fold-question';
import { faqsIn, type FaqContent } from './life/faq-life';
import { saveFaqsLive } from './take-faqs';

export type Sentence = {
  readonly faqId: string;
  readonly folded: string;
  readonly phrasing: string;
  readonly accountId: string | null;
  readonly source: CandidateSource;
};

/** A sentence of a follower becomes a phrasing at once: to accept it is a reviewer's act. A draft beside has it, too. */
export async function acceptPhrasing(
  tx: Tx,
  kit: LifeKit,
  actor: Actor,
  { faqId, folded, phrasing, accountId, source }: Sentence,
): Promise<void> {
  await holdRow(tx, 'faq', faqId, kit.clock.business());
  const faq = (await faqsIn(tx, [faqId])).get(faqId);
  if (!faq) throw new NotFound();
  const isKnown = ({ question, similar }: Pick<FaqContent, 'question' | 'similar'>) =>
    [question, ...similar].some((one) => foldQuestion(one) === folded);
  if (!isKnown(faq)) {
    const { id, question, answer, status } = faq;
    const after = { id, question, answer, status, similar: [...faq.similar, phrasing] };
    const learned = new Map([[folded, { source, sentence: phrasing, accountId }]]);
    const origin = { newId: kit.newId, source, byName: actor.name, learned };
    await saveFaqsLive(tx, kit, actor, [after], origin);
    await kit.versions.bump(tx, 'faqs');
  }
  const { open } = await standingIn(tx, 'faq', faqId);
  const draft = open && contentIn<FaqContent>(open);
  if (!draft || isKnown(draft)) return;
  const content = { ...draft, similar: [...draft.similar, phrasing] };
  await changeVersion(tx, open, { content: JSON.stringify(content) });
}
