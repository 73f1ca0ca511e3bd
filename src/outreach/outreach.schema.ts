import { z } from 'zod';
import { AttachmentBody, linkShape, MomentAttachmentBody } from '../attachments';
import { weComLimits } from '../channels/wecom';
import { capRules } from './mass-cap';
import {
  choices,
  leftOutReasons,
  momentStates,
  orderStates,
  outreachKinds,
  outreachStatuses,
  recipientStates,
} from './states';

const bytes = (most: number) => (text: string) => Buffer.byteLength(text) <= most;
const tooLong = (maximum: number) => ({ params: { code: 'too_many_bytes', maximum } });
/** WeCom fills nothing in: braces would reach the customer as they stand. */
const plain = (text: string) => !/\{\{|\{%/.test(text);
const asIs = { params: { code: 'no_variables' } };

export const LinkCardBody = z.strictObject(linkShape);
const mostAttachments = weComLimits.welcome.attachments;

/** Covered links are for moments alone, link cards and mini-programs for messages. */
const AnyAttachmentBody = z.discriminatedUnion('kind', [
  ...AttachmentBody.options,
  MomentAttachmentBody.options[2],
]);

const shape = z.strictObject({
  kind: z.enum(outreachKinds).default('message'),
  accountId: z.string().min(1).max(26),
  name: z.string().trim().min(1).max(64),
  segmentId: z.string().min(1).max(26).nullable().default(null).describe('Null: every customer'),
  userIds: z
    .array(z.string().min(1).max(64))
    .max(1_000)
    .default([])
    .describe('A moment: who publishes it; none: every rep with customers'),
  tagIds: z
    .array(z.string().min(1).max(26))
    .max(100)
    .default([])
    .describe('A moment: tags of the corp, one of which a customer must have to see it'),
  text: z
    .string()
    .trim()
    .refine(bytes(weComLimits.welcome.textBytes), tooLong(weComLimits.welcome.textBytes))
    .refine(plain, asIs)
    .describe('Plain words, the same for everybody: WeCom fills nothing in'),
  links: z
    .array(LinkCardBody)
    .max(mostAttachments)
    .default([])
    .describe('Link cards; they come before the attachments'),
  attachments: z
    .array(AnyAttachmentBody)
    .max(mostAttachments)
    .default([])
    .describe('Pictures, videos, cards and mini-programs; in a moment nine pictures, or one other'),
  startsAt: z.iso.datetime().nullable().default(null).describe('Null: when it is started'),
  remindAfterHours: z.number().int().min(1).max(72).nullable().default(null),
});
export const OutreachBody = shape.superRefine((body, context) => {
  const say = (path: string, params: object) =>
    context.addIssue({ code: 'custom', path: [path], params });
  const { links, attachments, text } = body;
  if (links.length + attachments.length > mostAttachments)
    say('attachments', { code: 'too_big', maximum: mostAttachments });
  if (body.kind === 'moment') checkMoment(body, say);
  else {
    if (text === '') say('text', { code: 'words_missing' });
    if (attachments.some(({ kind }) => kind === 'covered-link'))
      say('attachments', { code: 'moment_only' });
  }
});

function checkMoment(
  { segmentId, links, attachments, text }: z.output<typeof shape>,
  say: (path: string, params: object) => void,
): void {
  const { textCharacters, pictures } = weComLimits.moment;
  if (text === '' && attachments.length === 0) say('text', { code: 'words_missing' });
  if (text.length > textCharacters) say('text', { code: 'too_big', maximum: textCharacters });
  if (segmentId !== null) say('segmentId', { code: 'moment_by_tags' });
  const arePictures =
    attachments.length <= pictures && attachments.every(({ kind }) => kind === 'image');
  const isOther =
    attachments.length === 1 && ['video', 'covered-link'].includes(attachments[0]?.kind ?? '');
  if (links.length > 0 || !(arePictures || isOther)) say('attachments', { code: 'moment_mixed' });
}
export type OutreachBody = z.output<typeof OutreachBody>;

const counts = z.record(z.enum(recipientStates), z.number());
const Rep = z.object({ userId: z.string(), name: z.string() });

export const OutreachView = z.object({
  id: z.string(),
  accountId: z.string(),
  kind: z.enum(outreachKinds),
  name: z.string(),
  segmentId: z.string().nullable(),
  segmentName: z.string().nullable(),
  text: z.string(),
  attachments: z.array(AnyAttachmentBody),
  status: z.enum(outreachStatuses),
  startsAt: z.string().nullable(),
  remindAfterHours: z.number().nullable(),
  createdBy: z.string(),
  createdAt: z.string(),
  frozenAt: z.string().nullable(),
  endedAt: z.string().nullable(),
  /** Customers by what became of them. */
  counts,
  /** Customers who liked a moment, and who commented on it. */
  liked: z.number(),
  commented: z.number(),
  reps: z.object({ all: z.number(), confirmed: z.number(), open: z.number(), unknown: z.number() }),
});

export const OutreachDetail = OutreachView.extend({
  /** Persons of the segment who are no customers of this corp. */
  outsiders: z.number(),
  leftOut: z.array(z.object({ reason: z.string(), count: z.number() })),
  /** Of a moment: who publishes it and who may see it; nobody named: all. */
  moment: z
    .object({
      reps: z.array(Rep),
      tags: z.array(z.object({ id: z.string(), name: z.string() })),
      state: z.enum(momentStates),
      reason: z.string().nullable(),
    })
    .nullable(),
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
  /** Null: a moment, of which WeCom brings four a month whatever the corp chose. */
  cap: z.enum(capRules).nullable(),
  /** Who opted out and sees a moment all the same: WeCom leaves nobody out by name. */
  optedOut: z.number(),
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
  likedAt: z.string().nullable(),
  commentedAt: z.string().nullable(),
});

export const RemindBody = z.strictObject({ userId: z.string().min(1).max(64).optional() });
export const RemindedView = z.object({ reminded: z.number(), limited: z.number() });
export const DecideBody = z.strictObject({ choice: z.enum(choices) });
export const CapBody = z.strictObject({ rule: z.enum(capRules) });
