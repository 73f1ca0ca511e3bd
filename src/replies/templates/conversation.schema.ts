import { z } from 'zod';

const scene = z.string().min(1).max(64);
const words = z.string().min(1).max(2_000);
const several = z.union([words, z.array(words).min(1).max(20)]);

const clockTime = '(?:[01]\\d|2[0-3]):[0-5]\\d';
const dateAndTime = `\\d{4}-\\d{2}-\\d{2} ${clockTime}`;

/** What must come back; everything that is given must be so. */
const expectation = z
  .strictObject({
    by: z.enum(['rule', 'faq', 'clarify', 'default', 'welcome', 'opt-out']).optional(),
    rule: z.string().optional().describe('Key of the rule that must answer'),
    faq: z.string().optional().describe('Id of the question that must answer'),
    kind: z
      .enum(['text', 'image', 'voice', 'video', 'music', 'articles', 'transfer-to-agent'])
      .optional(),
    equals: words.optional().describe('The whole text'),
    contains: several.optional().describe('All of these stand in the text'),
    lacks: several.optional().describe('None of these stands in the text'),
    choices: z
      .array(z.string())
      .min(1)
      .max(3)
      .optional()
      .describe('Ids of the questions offered to pick from, in their order'),
    silence: z.literal(true).optional().describe('Nothing comes back'),
  })
  .refine((given) => Object.keys(given).length > 0, { message: 'expects nothing' })
  .refine((given) => given.silence === undefined || Object.keys(given).length === 1, {
    message: 'silence stands alone',
  });

export const deeds = ['say', 'tap', 'choose', 'scan', 'follow', 'send'] as const;

const step = z
  .strictObject({
    say: words.optional().describe('They write this'),
    tap: z.string().min(1).max(128).optional().describe('They tap the menu entry with this key'),
    choose: z.int().min(1).max(3).optional().describe('They tap this of the questions offered'),
    scan: scene.optional().describe('A follower scans the code of this scene'),
    follow: z
      .union([z.literal(true), scene])
      .optional()
      .describe('They follow: by the code of a scene, or true'),
    send: z
      .enum(['image', 'voice', 'video', 'location', 'link', 'file'])
      .optional()
      .describe('They send a message that is not text'),
    after: z
      .string()
      .regex(/^\d{1,5} ?[smhd]$/, 'as 30s, 10m, 2h or 3d')
      .optional()
      .describe('So long after the step before: 30s, 10m, 2h, 3d'),
    at: z
      .string()
      .regex(new RegExp(`^(?:${dateAndTime}|${clockTime})$`), 'as 23:50 or 2026-11-21 23:50')
      .optional()
      .describe('When the clock shows this next: 23:50, or 2026-11-21 23:50'),
    expect: expectation.optional(),
  })
  .refine((given) => deeds.filter((deed) => given[deed] !== undefined).length === 1, {
    message: `one of ${deeds.join(', ')}`,
  })
  .refine(({ after, at }) => after === undefined || at === undefined, {
    message: 'after or at, not both',
  });

/** What somebody says and does, and what must come back. */
export const conversation = z.strictObject({
  name: z.string().trim().min(1).max(64),
  at: z
    .string()
    .regex(new RegExp(`^${dateAndTime}$`), 'as 2026-11-21 14:30')
    .describe("The brand's clock at the first step: 2026-11-21 14:30"),
  who: z
    .strictObject({
      name: z.string().max(64).default(''),
      tags: z.array(z.string()).max(100).default([]),
      source: scene.optional().describe('The scene they once came by'),
    })
    .optional(),
  steps: z.array(step).min(1).max(200),
});

export type Conversation = z.output<typeof conversation>;
export type ConversationStep = z.output<typeof step>;
export type Expectation = z.output<typeof expectation>;
