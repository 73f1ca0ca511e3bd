import { z } from 'zod';
import { AttachmentBodies } from '../../attachments';
import { seenVersion } from '../../kernel/http';
import { welcomeWords } from '../friends';
import { wayKinds } from './way-plan';

const userId = z.string().min(1).max(64);
const mostStaff = 100;
const staff = z.array(userId).max(mostStaff);
const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/);

export const Plan = z
  .strictObject({
    /** Who takes turns all week, where there are no shifts. */
    userIds: staff,
    shifts: z
      .array(
        z.strictObject({
          /** Monday is 1. */
          weekdays: z.array(z.number().int().min(1).max(7)).min(1).max(7),
          from: clock,
          /** Earlier than `from`: on the next day. */
          to: clock,
          userIds: staff.min(1),
        }),
      )
      .max(30),
    /** Who stands in when nobody is on duty or all have their day's number. */
    spare: staff,
  })
  .superRefine(({ userIds, shifts, spare }, context) => {
    const say = (path: (string | number)[], code: string) =>
      context.addIssue({ code: 'custom', path, params: { code } });
    const all = new Set([...userIds, ...spare, ...shifts.flatMap((shift) => shift.userIds)]);
    if (shifts.length === 0 && userIds.length === 0) say(['userIds'], 'staff_missing');
    if (all.size > mostStaff) say(['userIds'], 'staff_too_many');
    for (const [index, { from, to }] of shifts.entries()) {
      if (from === to) say(['shifts', index, 'to'], 'shift_empty');
    }
  });

const shape = {
  name: z.string().trim().min(1).max(64),
  plan: Plan,
  capPerDay: z.number().int().min(1).max(10_000).nullable().default(null),
  skipsVerification: z.boolean().default(true),
  tags: z.array(z.string().trim().min(1).max(32)).max(20).default([]),
  /** Written after the contact's own name; WeCom takes 20 characters in all. */
  remark: z.string().trim().min(1).max(15).nullable().default(null),
  /** Null: the corp's own words for this source, or those for everybody. */
  welcome: welcomeWords.nullable().default(null),
  /** Under its own words only. */
  attachments: AttachmentBodies.default([]),
};

/** One rep for ever, or several whose turns may change: WeCom never lets one become the other. */
export const WayForm = z
  .strictObject({
    accountId: z.string().max(26),
    kind: z
      .enum(wayKinds)
      .default('code')
      .describe('A link is for several reps, never one for ever'),
    isSingle: z.boolean().default(false),
    state: z
      .string()
      .regex(/^[A-Za-z0-9_-]{1,30}$/)
      .optional(),
    ...shape,
  })
  .superRefine(({ kind, isSingle, plan }, context) => {
    if (kind === 'link' && isSingle) {
      const params = { code: 'link_not_single' };
      context.addIssue({ code: 'custom', path: ['isSingle'], params });
    }
    if (!isSingle || isOneRep(plan)) return;
    const params = { code: 'one_rep_only' };
    context.addIssue({ code: 'custom', path: ['plan', 'userIds'], params });
  });
export type WayForm = z.infer<typeof WayForm>;

export const WayPatch = z.strictObject({ ...shape, version: seenVersion });
export type WayPatch = z.infer<typeof WayPatch>;

export const isOneRep = (plan: z.infer<typeof Plan>): boolean =>
  plan.userIds.length === 1 && plan.shifts.length === 0 && plan.spare.length === 0;

const Rep = z.object({ userId: z.string(), name: z.string() });

export const WayView = z.object({
  id: z.string(),
  version: z.number().describe('Grows with every save; send it back with a change'),
  accountId: z.string(),
  kind: z.enum(wayKinds),
  name: z.string(),
  state: z.string(),
  isSingle: z.boolean(),
  plan: z.object({
    userIds: z.array(z.string()),
    shifts: z.array(
      z.object({
        weekdays: z.array(z.number()),
        from: z.string(),
        to: z.string(),
        userIds: z.array(z.string()),
      }),
    ),
    spare: z.array(z.string()),
  }),
  capPerDay: z.number().nullable(),
  skipsVerification: z.boolean(),
  tags: z.array(z.string()),
  remark: z.string().nullable(),
  welcome: z.string().nullable(),
  attachments: AttachmentBodies,
  /** Null until WeCom has made it. */
  qrUrl: z.string().nullable(),
  /** Of a link, null until WeCom has made it: to be published as it stands. */
  linkUrl: z.string().nullable(),
  /** Who stands behind it on the platform now. */
  behind: z.array(Rep),
  /** Why WeCom did not take the latest change, in a stable word. */
  trouble: z.string().nullable(),
  /** Addings it brought, returns included; and links that are open now. */
  added: z.number(),
  friends: z.number(),
  today: z.array(Rep.extend({ added: z.number() })),
  createdAt: z.string(),
});

export const WayStatistics = z.object({
  days: z.array(
    z.object({
      day: z.string(),
      added: z.number(),
      /** Links by this code that ended on the day, by whose doing. */
      lostByCustomer: z.number(),
      lostByRep: z.number(),
      /** Of those who came that day, how many are friends still. */
      still: z.number(),
    }),
  ),
  back: z.object({ same: z.number(), elsewhere: z.number() }),
  reps: z.array(
    Rep.extend({
      added: z.number(),
      friends: z.number(),
      /** With another rep now, by a hand-over. */
      handedOver: z.number(),
      lost: z.number(),
    }),
  ),
});
