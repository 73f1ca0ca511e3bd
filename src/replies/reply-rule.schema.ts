import { z } from 'zod';
import { actionsSchema } from './actions';
import { answerSchema } from './answers/answer';
import { conditionsSchema } from './conditions.schema';
import { RULE_MATCHES } from './matching';

/** Keywords are one column of 64 KB. */
const mostKeywordBytes = 60_000;

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
  /** True publishes, false takes back to a draft; left out, a new rule is a draft and an old one stays as it is. */
  publish: z.boolean().optional(),
});
export type RuleBody = z.output<typeof ruleBody>;

export const RuleView = z.object({
  id: z.string(),
  name: z.string(),
  match: z.enum(RULE_MATCHES),
  keywords: z.array(z.string()),
  priority: z.number(),
  appId: z.string().nullable(),
  answer: z.record(z.string(), z.unknown()),
  when: conditionsSchema.nullable(),
  also: actionsSchema.nullable(),
  status: z.enum(['draft', 'published']),
  publishedAt: z.string().nullable(),
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

export const faqBody = z.strictObject({
  question: faqText,
  similar: z.array(faqText).max(200).default([]),
  answer: z.string().trim().min(1).max(15_000),
  status: z.enum(['draft', 'published']).default('published'),
  /** Ids of unanswered questions that this answers. */
  learnedFrom: z.array(z.string().max(26)).max(100).optional(),
});
export type FaqBody = z.output<typeof faqBody>;

export const FaqView = z.object({
  id: z.string(),
  question: z.string(),
  similar: z.array(z.string()),
  answer: z.string(),
  status: z.enum(['draft', 'published']),
  hits30d: z.number(),
  createdAt: z.string(),
  updatedAt: z.string(),
});
