import { z } from 'zod';
import { versionFields } from '../review';

/** What a tap on a button does, in WeChat's own words. */
export const BUTTON_ACTIONS = [
  'click',
  'view',
  'miniprogram',
  'scancode_push',
  'scancode_waitmsg',
  'pic_sysphoto',
  'pic_photo_or_album',
  'pic_weixin',
  'location_select',
  'media_id',
  'article_id',
] as const;
export type ButtonAction = (typeof BUTTON_ACTIONS)[number];

const short = (longest: number) => z.string().max(longest).default('');
const button = {
  name: short(100),
  action: z.enum(BUTTON_ACTIONS).default('click'),
  /** What WeChat reports when the button is tapped. */
  key: short(200),
  url: short(2_000),
  appId: short(64),
  path: short(1_000),
  mediaId: short(128),
  articleId: short(128),
};

const draftButton = z.strictObject(button);
/** With buttons below it an entry opens them, and its own action counts for nothing. */
const draftEntry = z.strictObject({ ...button, buttons: z.array(draftButton).max(10).default([]) });

/** A draft may be half written; what WeChat would refuse is told beside it and stops the publishing. */
export const draftSchema = z.array(draftEntry).max(6);
export type DraftButton = z.output<typeof draftButton>;
export type DraftEntry = z.output<typeof draftEntry>;

const Problem = z.object({
  path: z.string(),
  code: z.string(),
  maximum: z.number().optional(),
  text: z.string(),
});

export const MenuView = z.object({
  id: z.string(),
  accountId: z.string(),
  tag: z.object({ id: z.string(), name: z.string() }).nullable().describe('Null: the default menu'),
  draft: draftSchema,
  revision: z.number(),
  state: z
    .enum(['draft', 'publishing', 'live', 'changed', 'trouble', 'off'])
    .describe('`changed`: live, and the draft differs'),
  trouble: z.string().nullable(),
  problems: z.array(Problem).describe('What WeChat would refuse'),
  keys: z
    .array(
      z.object({
        key: z.string(),
        rule: z.object({ id: z.string(), name: z.string() }).nullable(),
      }),
    )
    .describe('Keys of the draft and the published rule that answers each'),
  followers: z.number().describe('Who would see it'),
  review: z
    .object(versionFields)
    .nullable()
    .describe('What was sent to review and is not published yet; its steps are below `/review`'),
  publishedAt: z.string().nullable(),
  changedAt: z.string(),
  changedBy: z.string(),
});
export type MenuView = z.output<typeof MenuView>;

export const ChangeView = z.object({
  kind: z.enum(['added', 'removed', 'changed', 'moved']),
  where: z.string().describe('Names from the top: `More / Shop`'),
  before: z.string().nullable(),
  after: z.string().nullable(),
});

export const VersionView = z.object({
  id: z.string(),
  number: z.number(),
  at: z.string(),
  by: z.string(),
  note: z.enum(['published', 'taken-over']),
  isLive: z.boolean(),
  entries: draftSchema,
  changes: z.array(ChangeView).describe('Against the one before it'),
});

export const LiveView = z.object({
  entries: draftSchema.describe('What WeChat shows now'),
  differs: z.boolean().describe('Somebody changed it elsewhere'),
  changes: z.array(ChangeView).describe('From what we published to what is there'),
});
