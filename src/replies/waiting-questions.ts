import { marksFor } from '../kernel/database';
import type { Kit } from '../kernel/kit';
import { contentIn, OPEN_STATES, type VersionRow } from '../review';
import type { FaqContent } from './life/faq-life';

/** A question that was made of unanswered ones, on its way to followers. */
export type WaitingFaq = {
  readonly faqId: string;
  readonly question: string;
  readonly state: (typeof OPEN_STATES)[number];
};

/** By the id of each unanswered question that one on its way would answer. */
export async function waitingQuestions({
  db,
}: Pick<Kit, 'db'>): Promise<ReadonlyMap<string, WaitingFaq>> {
  const rows = await db.read.all<
    Pick<VersionRow, 'targetId' | 'content'> & Pick<WaitingFaq, 'state'>
  >(
    `SELECT targetId, state, content FROM answer_version
     WHERE state IN (${marksFor(OPEN_STATES)}) AND kind = 'faq'
       AND content LIKE '%"learnedFrom":[%' ORDER BY savedAt`,
    OPEN_STATES,
  );
  return new Map(
    rows.flatMap((row) => {
      const { question, learnedFrom = [] } = contentIn<FaqContent>(row);
      const waiting = { faqId: row.targetId, question, state: row.state };
      return learnedFrom.map((id) => [id, waiting] as const);
    }),
  );
}
