import { z } from 'zod';
import { actionsSchema } from '../actions';
import { answerSchema } from '../answers/answer';
import { conditionsSchema } from '../conditions.schema';
import { RULE_MATCHES } from '../matching';

const key = z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/);
const phrase = z.string().trim().min(1).max(500);

/** As an answer, but a text may stand in a file of its own beside the YAML: `file: texts/welcome.liquid`. */
export const writtenAnswer = z.union([
  z.strictObject({ type: z.literal('text'), file: z.string().min(1).max(200) }),
  answerSchema,
]);

const rule = z.strictObject({
  key,
  name: z.string().trim().min(1).max(64),
  match: z.enum(RULE_MATCHES),
  keywords: z.array(z.string()).min(1).max(200),
  priority: z.int().min(-1_000_000).max(1_000_000).default(0),
  answer: writtenAnswer,
  when: conditionsSchema.optional(),
  also: actionsSchema.optional(),
});

const faq = z.strictObject({
  id: z.string().regex(/^[\x21-\x7e]{1,64}$/),
  question: phrase,
  similar: z.array(phrase).max(200).default([]),
  answer: z.string().trim().min(1).max(15_000),
});

/** Which fields a WeChat template has and what a campaign puts into them. */
const message = z.strictObject({
  key,
  title: z.string().trim().min(1).max(64),
  /** As WeChat lists it: `{{thing1.DATA}}` on a line of its own. */
  content: z.string().min(1).max(2_000),
  data: z.record(z.string().regex(/^[a-z_]+\d*$/), z.string().max(500)),
});

const step = z
  .strictObject({
    says: z.string().min(1).max(2_000).optional(),
    /** An event in the words of rules: `subscribe`, `subscribe:store-7`, `CLICK:member`. */
    event: z.string().min(1).max(200).optional(),
    by: z.enum(['rule', 'faq', 'clarify', 'default', 'welcome', 'opt-out', 'nobody']),
    rule: z.string().optional(),
    faq: z.string().optional(),
    contains: z.string().optional(),
    /** The organisation's clock from this step on. */
    at: z.iso.datetime({ offset: true }).optional(),
  })
  .refine(({ says, event }) => (says === undefined) !== (event === undefined), {
    message: 'says or event, one of them',
  });

const conversation = z.strictObject({
  name: z.string().trim().min(1).max(64),
  person: z
    .strictObject({
      name: z.string().default(''),
      tags: z.array(z.string()).default([]),
      scene: z.string().optional(),
    })
    .optional(),
  account: z.string().default(''),
  /** Where the organisation's clock stands. */
  now: z.iso.datetime({ offset: true }).optional(),
  steps: z.array(step).min(1).max(200),
});

/** One YAML file; a folder may have any number of them, each with any of these parts. */
export const templateFile = z.strictObject({
  welcome: writtenAnswer.optional(),
  default: writtenAnswer.optional(),
  rules: z.array(rule).default([]),
  faqs: z.array(faq).default([]),
  messages: z.array(message).default([]),
  conversations: z.array(conversation).default([]),
});

export type TemplateFile = z.output<typeof templateFile>;
export type WrittenAnswer = z.output<typeof writtenAnswer>;
export type MessageTemplate = z.output<typeof message>;
export type ConversationStep = z.output<typeof step>;
export type Conversation = z.output<typeof conversation>;
