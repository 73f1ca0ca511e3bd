import { z } from 'zod';
import { ContactView } from './friends';

export const FollowerView = z.object({
  identityId: z.string(),
  accountId: z.string(),
  appId: z.string(),
  accountName: z.string(),
  openid: z.string(),
  state: z.string(),
  followedAt: z.string().nullable(),
  unfollowedAt: z.string().nullable(),
  firstFollowedAt: z.string().nullable(),
  followCount: z.number(),
  optedOut: z.boolean(),
  source: z.object({
    kind: z.string().nullable(),
    scene: z.string().nullable(),
    name: z.string().nullable(),
  }),
});

export const PersonView = z.object({
  id: z.string(),
  name: z.string(),
  named: z.boolean(),
  followers: z.array(FollowerView),
  contacts: z.array(ContactView),
  /** Why identities stand together that were apart. */
  joins: z.array(
    z.object({
      id: z.string(),
      identityId: z.string(),
      reason: z.string(),
      text: z.string(),
      decidedBy: z.string(),
      at: z.string(),
    }),
  ),
  /** Shown in part. `checked` ones join; those that reps noted in WeCom are hints. */
  phones: z.array(
    z.object({
      id: z.string(),
      phone: z.string(),
      checked: z.boolean(),
      by: z.string(),
      at: z.string(),
    }),
  ),
  tags: z.array(z.object({ id: z.string(), name: z.string() })),
  fields: z.record(z.string(), z.union([z.string(), z.number(), z.null()])),
  lastActiveAt: z.string().nullable(),
  receivedFen: z.number(),
});

export const tagName = z.string().trim().min(1).max(16);
export const byId = z.object({ id: z.string().max(26) });
