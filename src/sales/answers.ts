import { marksFor, select, type Raw, type Tx } from '../kernel/database';
import { pairQuestions, questionKinds, type QuestionLine } from './questions';
import { fitOf, goodFit } from './search-scripts';
import type { SalesSend } from './send.entity';

type What = Pick<SalesSend, 'identityId' | 'kind' | 'sourceId' | 'title'>;
type Words = { title: string; folder: string; body: string };

/**
 * The open questions that a send answers: those its words were made for, and the one it was sent for. Anything
 * else a rep sends is kind, and no answer.
 */
export async function answeredBy(at: Tx | Raw, what: What, meant?: string): Promise<string[]> {
  const lines = await select<QuestionLine>(
    at,
    `SELECT t.id, t.identityId, t.at, t.kind, t.params
     FROM identity me CROSS JOIN identity i ON i.personId = me.personId
     CROSS JOIN timeline_entry t ON t.identityId = i.id
     WHERE me.id = ? AND t.kind IN (${marksFor(questionKinds)})
     ORDER BY t.at DESC, t.id DESC LIMIT 60`,
    [what.identityId, ...questionKinds],
  );
  const open = pairQuestions(lines).filter(({ answered }) => !answered);
  if (open.length === 0) return [];
  const words = await wordsOf(at, what);
  return open
    .filter(({ id, text }) => id === meant || fitOf(text, words) >= goodFit)
    .map(({ id }) => id);
}

async function wordsOf(at: Tx | Raw, { kind, sourceId, title }: What): Promise<Words> {
  const own = { title: '', folder: '', body: title };
  if (kind === 'text' || sourceId === null) return own;
  const sql =
    kind === 'script'
      ? `SELECT title, folder, body FROM sales_script WHERE id = ?`
      : `SELECT title, '' AS folder, description AS body FROM sales_material WHERE id = ?`;
  const [words] = await select<Words>(at, sql, [sourceId]);
  return words ?? own;
}
