import { z } from 'zod';
import { longestMark } from '../relationships';

/** A follower's tags travel together, one a line. */
const isOneLine = (text: string): boolean => !/[\p{Cc}\p{Surrogate}]/u.test(text);

/** As the tags themselves: 32 characters. */
const tag = z
  .string()
  .trim()
  .min(1)
  .max(32)
  .refine(isOneLine, { params: { code: 'control_characters' } });
const tags = z.array(tag).min(1).max(10);

const mark = z.strictObject({
  name: z
    .string()
    .trim()
    .min(1)
    .max(longestMark)
    .refine(isOneLine, { params: { code: 'control_characters' } }),
  amount: z.int().min(-1_000_000).max(1_000_000).optional(),
});

const told = z.string().trim().min(1).max(300).optional();

/** A promotion that is paid by keyword, and what is said instead of the answer to whoever gets nothing from it. */
const redPacket = z.strictObject({
  promotionId: z.string().min(1).max(26),
  already: told.describe('To who has it already'),
  usedUp: told.describe('When the budget, or that of the day, is used up'),
  closed: told.describe(
    'While it is not started or paused; and when it is over, without words for that',
  ),
  ended: told.describe('When it is over, or its last moment has passed'),
});

const actions = z.strictObject({
  addTags: tags.optional(),
  removeTags: tags.optional(),
  /** Put down on the person's timeline. */
  note: z.string().trim().min(1).max(200).optional(),
  /** A fact of a name of the operator's own, which segments count: points, or a step of a journey. */
  mark: mark.optional(),
  /** A person takes over from here. */
  handOff: z.literal(true).optional(),
  /** Reserved right after the event is committed, once for a message. */
  redPacket: redPacket.optional(),
});

type Tagging = { addTags?: string[] | undefined; removeTags?: string[] | undefined };
const isOneWay = ({ addTags, removeTags }: Tagging): boolean =>
  !addTags?.some((tag) => removeTags?.includes(tag));
const oneWay = { path: ['removeTags'], params: { code: 'tag_added_and_removed' } };

/** What a rule does besides answering, in the event's own transaction. */
export const actionsSchema = actions.refine(isOneWay, oneWay);
/** The same in files, which name no promotion: it belongs to one installation. */
export const fileActionsSchema = actions.omit({ redPacket: true }).refine(isOneWay, oneWay);

export type Actions = z.output<typeof actionsSchema>;
