import { z } from 'zod';
import { AttachmentBodies, linkShape } from '../attachments';
import { weComLimits } from '../channels/wecom';
import { choices } from './decide-unknown';
import { capRules } from './mass-cap';
import { leftOutReasons, orderStates, outreachStatuses, recipientStates } from './states';

const bytes = (most: number) => (text: string) => Buffer.byteLength(text) <= most;
const tooLong = (maximum: number) => ({ params: { code: 'too_many_bytes', maximum } });
/** WeCom fills nothing in: braces would reach the customer as they stand. */
const plain = (text: string) => !/\{\{|\{%/.test(text);
const asIs = { params: { code: 'no_variables' } };
const said = (most: number) =>
  z.string().trim().min(1).refine(bytes(most), tooLong(most)).refine(plain, asIs);

export const LinkCardBody = z.strictObject(linkShape);
const mostAttachments = weComLimits.welcome.attachments;

const shape = z.strictObject({
  accountId: z.string().min(1).max(26),
  name: z.string().trim().min(1).max(64),
  segmentId: z.string().min(1).max(26).nullable().default(null).describe('Null: every customer'),
  text: said(weComLimits.welcome.textBytes).describe(
    'Plain words, the same for everybody: WeCom fills nothing in',
  ),
  links: z
    .array(LinkCardBody)
    .max(mostAttachments)
    .default([])
    .describe('Link cards; they come before the attachments'),
  attachments: AttachmentBodies.default([]).describe('Pictures, videos, cards and mini-programs'),
  startsAt: z.iso.datetime().nullable().default(null).describe('Null: when it is started'),
  remindAfterHours: z.number().int().min(1).max(72).nullable().default(null),
});
export const OutreachBody = shape.superRefine(({ links, attachments }, context) => {
  if (links.length + attachments.length <= mostAttachments) return;
  const params = { code: 'too_big', maximum: mostAttachments };
  context.addIssue({ code: 'custom', path: ['attachments'], params });
});
export type OutreachBody = z.output<typeof OutreachBody>;

const counts = z.record(z.enum(recipientStates), z.number());
const Rep = z.object({ userId: z.string(), name: z.string() });

export const OutreachView = z.object({
  id: z.string(),
  accountId: z.string(),
  name: z.string(),
  segmentId: z.string().nullable(),
  segmentName: z.string().nullable(),
  text: z.string(),
  attachments: AttachmentBodies,
  status: z.enum(outreachStatuses),
  startsAt: z.string().nullable(),
  remindAfterHours: z.number().nullable(),
  createdBy: z.string(),
  createdAt: z.string(),
  frozenAt: z.string().nullable(),
  endedAt: z.string().nullable(),
  /** Customers by what became of them. */
  counts,
  reps: z.object({ all: z.number(), confirmed: z.number(), open: z.number(), unknown: z.number() }),
});

export const OutreachDetail = OutreachView.extend({
  /** Persons of the segment who are no customers of this corp. */
  outsiders: z.number(),
  leftOut: z.array(z.object({ reason: z.string(), count: z.number() })),
});

export const PlanView = z.object({
  /** Persons and customers the segment names, in all. */
  audience: z.number(),
  willReceive: z.number(),
  reps: z.number(),
  outsiders: z.number(),
  leftOut: z.array(z.object({ reason: z.enum(leftOutReasons), count: z.number() })),
  /** The reps with most customers on the list. */
  busiest: z.array(Rep.extend({ people: z.number() })),
  cap: z.enum(capRules),
});

export const OrderView = z.object({
  id: z.string(),
  rep: Rep,
  state: z.enum(orderStates),
  reason: z.string().nullable(),
  people: z.number(),
  sent: z.number(),
  failed: z.number(),
  orderedAt: z.string().nullable(),
  confirmedAt: z.string().nullable(),
  remindersToday: z.number(),
  mayRemind: z.boolean(),
});

export const RecipientView = z.object({
  identityId: z.string(),
  personId: z.string(),
  name: z.string().nullable(),
  rep: Rep.nullable(),
  state: z.enum(recipientStates),
  reason: z.string().nullable(),
  sentAt: z.string().nullable(),
});

export const RemindBody = z.strictObject({ userId: z.string().min(1).max(64).optional() });
export const RemindedView = z.object({ reminded: z.number(), limited: z.number() });
export const DecideBody = z.strictObject({ choice: z.enum(choices) });
export const CapBody = z.strictObject({ rule: z.enum(capRules) });
