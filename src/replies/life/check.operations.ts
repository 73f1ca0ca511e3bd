import { z } from 'zod';
import type { AccountBook } from '../../accounts';
import { operation, type Operation } from '../../kernel/http';
import type { Kit } from '../../kernel/kit';
import type { Replies } from '../open-replies';
import { exampleSchema } from '../reply-rule.schema';
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
          draft: draftBody,
        }),
        response: z.object({
          conflicts: z.array(conflict).describe('`unreachable`: answered before any rule is asked'),
          silences: z.array(conflict).describe('Rules that would never answer again'),
          examples: z.array(result),
          broken: z
            .array(result.extend({ ofRuleId: z.string(), ofRule: z.string() }))
            .describe('Examples of other rules that are green now and would be red'),
        }),
      },
      async ({ actor, body, locale }) => {
        const { ruleId: draftOf, draft } = body;
        const wanted = await draftNamed({ kit, accounts, actor }, { draftOf, draft });
        const parts = { book: accounts, replies };
        const { conflicts, silences, examples } = await checkDraft(kit, parts, wanted, locale);
        return { conflicts, silences, examples: examples.own, broken: examples.broken };
      },
    ),
  ];
}
