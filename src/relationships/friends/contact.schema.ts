import { z } from 'zod';

const instant = z.string().nullable();

/** `friend`, `half`, or how it ended: `left` (the customer's doing), `dropped` (the rep's), `parted` (both), `transferred`. */
const LinkView = z.object({
  userId: z.string(),
  name: z.string().nullable(),
  state: z.string(),
  firstAddedAt: instant,
  addedAt: instant,
  endedAt: instant,
  repDeletedAt: instant,
  customerDeletedAt: instant,
  addCount: z.number(),
  addedBy: z.string().nullable(),
  addWay: z.string().nullable(),
  source: z.string().nullable(),
  /** Of the contact way with that source. */
  wayName: z.string().nullable(),
  remark: z.string().nullable(),
});

export const ContactView = z.object({
  identityId: z.string(),
  accountId: z.string(),
  corpId: z.string(),
  accountName: z.string(),
  externalUserId: z.string(),
  name: z.string().nullable(),
  kind: z.string().nullable(),
  company: z.string().nullable(),
  position: z.string().nullable(),
  state: z.string(),
  firstAddedAt: instant,
  addedAt: instant,
  endedAt: instant,
  reps: z.array(LinkView),
});
