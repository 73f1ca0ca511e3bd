import { z } from 'zod';
import { recordChange, requireAllAccounts, type Actor } from '../kernel/access';
import { execute, marksFor } from '../kernel/database';
import { NotFound } from '../kernel/errors';
import {
  decodeCursor,
  encodeCursor,
  operation,
  pageOf,
  pageQuery,
  type Operation,
} from '../kernel/http';
import type { Kit } from '../kernel/kit';
import { redact } from '../kernel/redact';
import { OPEN_STATES } from '../review';
import { ANSWER_FROM, askFaq } from './faq';
import type { Place, QuestionGroup, State } from './open-questions';
import type { Replies } from './open-replies';
import { operatorAnswers } from './operator-answers';
import { iso } from './reply-rule.operations';
import { waitingQuestions, type WaitingFaq } from './waiting-questions';

const path = '/api/v1/faqs/learning';
const byId = z.object({ id: z.string().max(26) });
const mostPhrasings = 100;

const LearningView = z.object({
  id: z.string(),
  text: z.string(),
  count: z.number(),
  lastAt: z.string(),
  reason: z.enum(['unanswered', 'not-helpful']),
  phrasings: z.array(z.object({ id: z.string(), text: z.string(), count: z.number() })),
  band: z.enum(['answer', 'clarify', 'none']),
  threshold: z.number(),
  nearest: z.object({ faqId: z.string(), question: z.string(), score: z.number() }).nullable(),
  waiting: z
    .object({ faqId: z.string(), question: z.string(), state: z.enum(OPEN_STATES) })
    .nullable()
    .describe('A question made of it, or one it was added to, that is not published yet'),
  gap: z.number().nullable().describe('How far the nearest FAQ is ahead of the second'),
});
const DetailView = LearningView.extend({
  answers: z.array(
    z.object({
      text: z.string(),
      question: z.string(),
      by: z.string().nullable(),
      at: z.string(),
    }),
  ),
});

/** Questions that nobody has written an answer to yet, and those somebody decided to ignore. */
export function learningOperations(kit: Kit, replies: Replies): Operation[] {
  const questions = replies.openQuestions;
  const present = (group: QuestionGroup, waiting: ReadonlyMap<string, WaitingFaq>) => {
    const { band, ranked } = askFaq(replies.book.faqIndex, group.text);
    const nameOf = (id: string) => replies.book.faqs.get(id)?.question ?? '';
    const [first, second] = ranked;
    return {
      id: group.id,
      text: redact(group.text),
      count: group.count,
      lastAt: iso(group.lastAt) ?? '',
      reason: group.reason,
      phrasings: group.asked
        .slice(0, mostPhrasings)
        .map((one) => ({ ...one, text: redact(one.text) })),
      band,
      threshold: ANSWER_FROM,
      nearest: first ? { faqId: first.id, question: nameOf(first.id), score: first.score } : null,
      waiting: group.asked.flatMap(({ id }) => waiting.get(id) ?? [])[0] ?? null,
      gap: first && second ? first.score - second.score : null,
    };
  };
  const find = async (actor: Actor, id: string, state: State) => {
    const group = await questions.find(state, actor.accountIds, id);
    if (!group) throw new NotFound();
    return group;
  };

  const decide = async (actor: Actor, id: string, from: State, to: State): Promise<undefined> => {
    requireAllAccounts(actor);
    const group = await find(actor, id, from);
    const ids = group.asked.map((one) => one.id);
    await kit.db.transact(async (tx) => {
      const changed = await execute(
        tx,
        `UPDATE faq_miss SET state = ? WHERE state = ? AND id IN (${marksFor(ids)})`,
        [to, from, ...ids],
      );
      if (changed === 0) throw new NotFound();
      await recordChange(tx, actor, {
        id: kit.newId(),
        at: kit.clock.system(),
        action: to === 'ignored' ? 'faq-miss.ignored' : 'faq-miss.restored',
        targetKind: 'faq-miss',
        targetId: group.asked[0]?.id ?? id,
        after: { questions: ids.length },
      });
    });
    return undefined;
  };

  return [
    operation(
      {
        method: 'GET',
        path,
        permission: 'replies.read',
        summary:
          'Questions without an answer in groups that ask the same thing, the most frequent first; those answered by now are left out, and who may see some accounts sees what was asked there. `total` and `asked` on the first page',
        query: pageQuery.extend({ state: z.enum(['open', 'ignored']).default('open') }),
        response: pageOf(LearningView).extend({
          total: z.number().optional().describe('Groups'),
          asked: z.number().optional().describe('How often all of them were asked'),
        }),
      },
      async ({ actor, query: { limit, cursor, state } }) => {
        const from = cursor
          ? (decodeCursor(cursor, ['number', 'string']) as unknown as Place)
          : undefined;
        const { items, next, groups, asked } = await questions.page(
          state,
          actor.accountIds,
          limit,
          from,
        );
        const waiting = await waitingQuestions(kit);
        return {
          items: items.map((group) => present(group, waiting)),
          nextCursor: next ? encodeCursor([...next]) : null,
          ...(from ? {} : { total: groups, asked }),
        };
      },
    ),
    operation(
      {
        method: 'GET',
        path: `${path}/{id}`,
        permission: 'replies.read',
        summary: 'One group of unanswered questions, and what a person answered soon after',
        params: byId,
        response: DetailView,
      },
      async ({ actor, params }) => {
        const group = await find(actor, params.id, 'open');
        const ids = group.asked.map((one) => one.id);
        const answers = await operatorAnswers(kit, ids, actor.accountIds);
        return {
          ...present(group, await waitingQuestions(kit)),
          answers: answers.map((answer) => ({ ...answer, at: iso(answer.at) ?? '' })),
        };
      },
    ),
    operation(
      {
        method: 'DELETE',
        path: `${path}/{id}`,
        permission: 'replies.edit',
        summary: 'Ignore a group of unanswered questions from now on',
        params: byId,
      },
      ({ actor, params }) => decide(actor, params.id, 'open', 'ignored'),
    ),
    operation(
      {
        method: 'POST',
        path: `${path}/{id}/restore`,
        permission: 'replies.edit',
        summary: 'Take an ignored group of questions up again',
        params: byId,
      },
      ({ actor, params }) => decide(actor, params.id, 'ignored', 'open'),
    ),
  ];
}
