import { IANAZone } from 'luxon';
import { z } from 'zod';
import { fileActionsSchema } from '../actions';
import { answerSchema } from '../answers/answer';
import { isReservedId } from '../faq-line';
import { faqBody, ruleBody } from '../reply-rule.schema';
import { conversation } from './conversation.schema';
import { menuFile } from './menu-file.schema';

const key = z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'small letters, digits and hyphens');

const brand = z.strictObject({
  name: z.string().trim().min(1).max(64).describe('What account.name says in conversations'),
  trade: z.string().trim().min(1).max(32).optional().describe('In a word, such as skincare'),
  about: z.string().trim().min(1).max(200).optional(),
  zone: z
    .string()
    .refine((zone) => IANAZone.isValidZone(zone), 'not an IANA time zone')
    .optional()
    .describe('Where the clock of the conversations stands: Asia/Shanghai'),
  scenes: z
    .record(z.string().min(1).max(64), z.string().max(64))
    .default({})
    .describe(
      'Names of the codes people come by, for conversations; codes are made in the console',
    ),
});

/**
 * Where a rule is valid and whether it is live is said by the import, not by the file. What must come back
 * stands in conversations; the examples kept with a rule in the console stay with it.
 */
export const fileRule = z
  .strictObject(ruleBody.shape)
  .omit({ appId: true, publish: true, examples: true })
  .extend({
    also: fileActionsSchema.nullable().default(null).describe('What it does besides answering'),
    key,
    name: z.string().trim().min(1).max(64),
  });

const fileFaq = z
  .strictObject(faqBody.shape)
  .omit({ status: true, learnedFrom: true })
  .extend({
    id: z
      .string()
      .regex(/^[\x21-\x7e]{1,64}$/)
      .refine((id) => !isReservedId(id), 'this id is a reserved word'),
  });

/** Which fields a WeChat template has and what a campaign puts into them. */
const message = z.strictObject({
  key,
  title: z.string().trim().min(1).max(64),
  /** As WeChat lists it: `{{thing1.DATA}}` on a line of its own. */
  content: z.string().min(1).max(2_000),
  data: z.record(z.string().regex(/^[a-z_]+\d*$/), z.string().max(500)),
});

/** One YAML file; a folder may have any number of them, each with any of these parts. */
export const templateFile = z.strictObject({
  brand: brand.optional(),
  welcome: answerSchema.optional(),
  default: answerSchema.optional(),
  rules: z.array(fileRule).default([]),
  faqs: z.array(fileFaq).default([]),
  menu: menuFile.optional(),
  messages: z.array(message).default([]),
  conversations: z.array(conversation).default([]),
});

export type TemplateFile = z.output<typeof templateFile>;
export type TemplateRule = z.output<typeof fileRule>;
export type Brand = z.output<typeof brand>;
export type MessageTemplate = z.output<typeof message>;
