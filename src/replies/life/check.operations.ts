import { z } from 'zod';
import type { AccountBook } from '../../accounts';
import { InvalidInput } from '../../kernel/errors';
import { operation, type Operation } from '../../kernel/http';
import type { Kit } from '../../kernel/kit';
import type { Replies } from '../open-replies';
import { exampleSchema } from '../reply-rule.schema';
import { maySee } from '../rule-access';
import { checkDraft } from './check-draft';
import { draftBody, draftNamed } from './draft-named';

const conflict = z.object({
  kind: z.enum(['shadowed', 'duplicate', 'unreachable']),
  ruleId: z.string().nullable(),
  ruleName: z.string().nullable(),
  keyword: z.string(),
  text: z.string(),
});
const result = exampleSchema.extend({
  ok: z.boolean(),
  by: z.string().nullable(),
  ruleId: z.string().nullable(),
  ruleName: z.string().nullable(),
  answer: z.string(),
});

/** More than anybody reads while typing. */
const mostSilences = 50;

export function checkOperations(kit: Kit, accounts: AccountBook, replies: Replies): Operation[] {
  return [
    operation(
      {
        method: 'POST',
        path: '/api/v1/reply-rules/check',
        permission: 'replies.read',
        summary: 'What is in the way of a draft, and how its examples end, before it is saved',
        body: z.strictObject({
          ruleId: z.string().max(26).optional().describe('The rule that the draft changes'),
          draft: draftBody.optional().describe('Without it the draft that is kept'),
        }),
        response: z.object({
          conflicts: z.array(conflict).describe('`unreachable`: answered before any rule is asked'),
          silences: z
            .array(conflict)
            .describe(
              'Rules that would never answer again, and words of others that this one would take',
            ),
          examples: z.array(result),
          broken: z
            .array(result.extend({ ofRuleId: z.string(), ofRule: z.string() }))
            .describe('Examples of other rules that are green now and would be red'),
        }),
      },
      async ({ actor, body, locale }) => {
        const { ruleId: draftOf, draft } = body;
        const wanted = await draftNamed({ kit, accounts, actor }, { draftOf, draft });
        if (!wanted) {
          throw new InvalidInput('input_invalid', {
            errors: [{ path: 'draft', code: 'missing' }],
          });
        }
        const parts = { book: accounts, replies };
        const { conflicts, silences, examples } = await checkDraft(kit, parts, wanted, locale);
        // Whoever sees some accounts is told nothing of the rules of others.
        const { book } = replies;
        const owner = new Map(book.rules.rules.map(({ rule }) => [rule.id, rule.accountId]));
        const isSeen = (ruleId: string | null) =>
          ruleId === null || maySee(actor, owner.get(ruleId) ?? null);
        return {
          conflicts: conflicts.filter((one) => isSeen(one.ruleId)),
          silences: silences.filter((one) => isSeen(one.ruleId)).slice(0, mostSilences),
          examples: examples.own.map((one) =>
            isSeen(one.ruleId) ? one : { ...one, ruleId: null, ruleName: null },
          ),
          broken: examples.broken.filter((one) => isSeen(one.ofRuleId)),
        };
      },
    ),
  ];
}
