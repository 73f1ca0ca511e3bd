import { z } from 'zod';
import { actionsSchema } from './actions';
import { answerSchema } from './answers/answer';
import { exceededByFaqAnswer, problemOfFaqAnswer } from './answers/faq-template';
import { versionFields } from '../review';
import { conditionsSchema } from './conditions.schema';
import { RULE_MATCHES } from './matching';

/** Keywords are one column of 64 KB. */
const mostKeywordBytes = 60_000;

/** A sentence kept with a rule, and whether this rule is to answer it. */
export const exampleSchema = z.strictObject({
  say: z.string().trim().min(1).max(600),
  expect: z.union([
    z.enum(['this', 'not-this']),
    z.strictObject({ answerContains: z.string().trim().min(1).max(500) }),
  ]),
  /** As if it were said then; otherwise when the rule goes live, or as soon as its limits allow. */
  at: z.iso.datetime({ offset: true }).optional(),
  as: z
    .strictObject({
      tags: z.array(z.string().trim().min(1).max(32)).max(100).optional(),
      scene: z.string().max(64).optional(),
      segmentIds: z.array(z.string().max(26)).max(20).optional(),
    })
    .optional()
    .describe('Said by somebody like this; otherwise by somebody the rule is for'),
});
export type Example = z.output<typeof exampleSchema>;

export const ruleBody = z.strictObject({
  name: z.string().trim().min(1).max(64).optional(),
  match: z.enum(RULE_MATCHES),
  keywords: z
    .array(z.string())
    .max(200)
    .refine((keywords) => Buffer.byteLength(JSON.stringify(keywords)) <= mostKeywordBytes, {
      params: { code: 'keywords_too_large' },
    }),
  priority: z.int().min(-1_000_000).max(1_000_000).default(0),
  appId: z.string().max(64).nullable().default(null),
  answer: answerSchema,
  when: conditionsSchema.nullable().default(null).describe('Besides its words; null is always'),
  also: actionsSchema.nullable().default(null).describe('What it does besides answering'),
  examples: z
    .array(exampleSchema)
    .max(50)
    .optional()
    .describe('Run before the rule is published; left out, those it has stay'),
  publish: z
    .boolean()
    .optional()
    .describe(
      'True publishes at once, false takes back to a draft. Left out, a new rule is a draft and the change of one that answers waits as a draft beside it',
    ),
});
export type RuleBody = z.output<typeof ruleBody>;

export const changeBody = ruleBody.extend({
  version: z
    .int()
    .min(0)
    .optional()
    .describe(
      'The `version` that was read; when somebody has saved since, 409 rule_changed_meanwhile',
    ),
});

/** What a rule says, in each of its versions. */
export const ruleContentFields = {
  name: z.string(),
  match: z.enum(RULE_MATCHES),
  keywords: z.array(z.string()),
  priority: z.number(),
  appId: z.string().nullable(),
  answer: z.record(z.string(), z.unknown()),
  when: conditionsSchema.nullable(),
  also: actionsSchema.nullable(),
  examples: z.array(exampleSchema),
};
const VersionView = z.object({ ...ruleContentFields, ...versionFields });

export const RuleView = z.object({
  id: z.string(),
  ...ruleContentFields,
  status: z.enum(['draft', 'published']),
  publishedAt: z.string().nullable(),
  version: z.number().describe('Grows with every save; send it back with a change'),
  liveVersion: z.number().nullable(),
  draft: VersionView.nullable().describe(
    'What is being written; the fields beside are what answers',
  ),
  hits30d: z.number(),
  conflicts: z.array(
    z.object({
      ruleId: z.string(),
      kind: z.enum(['shadowed', 'same-keyword']),
      keyword: z.string(),
      text: z.string(),
    }),
  ),
  createdAt: z.string(),
  updatedAt: z.string(),
});

export const faqText = z.string().trim().min(1).max(500);

/** As an answer of a rule: what WeChat would cut and a template that cannot be read are refused where they are written. */
const faqAnswer = z
  .string()
  .trim()
  .min(1)
  .max(15_000)
  .superRefine((answer, refused) => {
    const maximum = exceededByFaqAnswer(answer);
    if (maximum !== undefined) {
      refused.addIssue({
        code: 'custom',
        message: `text_too_long: ${maximum} bytes`,
        params: { code: 'text_too_long', maximum },
      });
    }
    const problem = problemOfFaqAnswer(answer);
    if (!problem) return;
    refused.addIssue({
      code: 'custom',
      message: `template_invalid: line ${problem.line}, ${problem.message}`,
      params: { code: 'template_invalid', line: problem.line },
    });
  });

export const faqBody = z.strictObject({
  question: faqText,
  similar: z.array(faqText).max(200).default([]),
  answer: faqAnswer,
  status: z
    .enum(['draft', 'published'])
    .default('published')
    .describe(
      '`published` answers at once, or asks for a review where one is required; `draft` answers no longer',
    ),
  /** Ids of unanswered questions that this answers. */
  learnedFrom: z.array(z.string().max(26)).max(100).optional(),
});
export const newFaqBody = faqBody.extend({
  asDraft: z
    .boolean()
    .optional()
    .describe('Kept as a draft; what answers stays as it is until the draft is published'),
});
export type FaqBody = z.output<typeof newFaqBody>;
export const faqChangeBody = newFaqBody.extend({
  version: z
    .int()
    .min(0)
    .optional()
    .describe(
      'The `version` that was read; when somebody has saved since, 409 faq_changed_meanwhile',
    ),
});

/** What a question says, in each of its versions. */
export const faqContentFields = {
  question: z.string(),
  similar: z.array(z.string()),
  answer: z.string(),
};

export const FaqView = z.object({
  id: z.string(),
  ...faqContentFields,
  status: z.enum(['draft', 'published']),
  version: z.number().describe('Grows with every save; send it back with a change'),
  liveVersion: z.number().nullable(),
  draft: z
    .object({ ...faqContentFields, ...versionFields })
    .nullable()
    .describe('What is being written; the fields beside are what answers'),
  hits30d: z.number(),
  createdAt: z.string(),
  updatedAt: z.string(),
});
