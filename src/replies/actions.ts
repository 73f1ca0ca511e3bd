import { z } from 'zod';

/** As the tags themselves: 32 characters. */
const tags = z.array(z.string().trim().min(1).max(32)).min(1).max(10);

/** What a rule does besides answering, in the event's own transaction. */
export const actionsSchema = z
  .strictObject({
    addTags: tags.optional(),
    removeTags: tags.optional(),
    /** Put down on the person's timeline. */
    note: z.string().trim().min(1).max(200).optional(),
    /** A person takes over from here. */
    handOff: z.literal(true).optional(),
  })
  .refine(({ addTags, removeTags }) => !addTags?.some((tag) => removeTags?.includes(tag)), {
    path: ['removeTags'],
    params: { code: 'tag_added_and_removed' },
  });

export type Actions = z.output<typeof actionsSchema>;
