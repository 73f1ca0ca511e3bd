import { z } from 'zod';
import { MEDIA_KINDS } from './media-item.entity';

const webAddress = z.url({ protocol: /^https?$/ }).max(1_024);
export const mediaName = z.string().trim().min(1).max(100);

export const cardBody = z.strictObject({
  title: z.string().trim().min(1).max(64),
  description: z.string().trim().max(500).nullable().default(null),
  url: webAddress,
  pictureId: z.string().max(26).nullable().default(null),
});
export type CardBody = z.output<typeof cardBody>;

export const MediaView = z.object({
  id: z.string(),
  reference: z.string().describe('What answers say instead of a media id of WeChat'),
  kind: z.enum(MEDIA_KINDS),
  name: z.string(),
  mime: z.string().nullable(),
  bytes: z.number(),
  width: z.number().nullable(),
  height: z.number().nullable(),
  seconds: z.number().nullable(),
  card: z
    .object({
      title: z.string(),
      description: z.string().nullable(),
      url: z.string(),
      pictureId: z.string().nullable(),
    })
    .nullable(),
  appId: z.string().nullable(),
  uses: z.array(
    z.object({
      kind: z.string(),
      id: z.string(),
      name: z.string().describe('Empty when hidden'),
      needed: z.boolean().describe('It cannot do without: the piece cannot be deleted'),
    }),
  ),
  copies: z.array(
    z.object({
      accountId: z.string(),
      accountName: z.string(),
      state: z.enum(['live', 'waiting', 'expired', 'trouble']),
      expiresAt: z.string().nullable(),
      trouble: z.string().nullable(),
    }),
  ),
  createdAt: z.string(),
  createdBy: z.string(),
});
export type MediaView = z.output<typeof MediaView>;

type UseKind =
  | 'rule'
  | 'welcome'
  | 'default'
  | 'article'
  | 'friend-welcome'
  | 'way'
  | 'room-greeting'
  | 'outreach'
  | 'material';

/** Something that shows a piece of the library to followers. */
export type MediaUse = {
  readonly kind: UseKind;
  readonly id: string;
  readonly name: string;
  /** Null: of every account. */
  readonly accountId: string | null;
  /** It cannot do without: where answers of the bot say something else, this would break a promise. */
  readonly isNeeded?: boolean;
};
/** Who uses a piece; each capability that names pieces hands in its own answer. */
export type UsesOf = (itemId: string) => readonly MediaUse[];
