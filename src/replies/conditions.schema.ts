import { z } from 'zod';

const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/);
const day = z.iso.date();
const tags = z.array(z.string().trim().min(1).max(32)).min(1).max(20);

/** When a rule may answer besides its words: clock and calendar of the organisation. */
export const conditionsSchema = z.strictObject({
  hours: z
    .array(
      z.strictObject({ from: clock, to: clock }).refine(({ from, to }) => from !== to, {
        path: ['to'],
        params: { code: 'window_empty' },
      }),
    )
    .min(1)
    .max(6)
    .optional()
    .describe('An end that is not after its start goes over midnight'),
  weekdays: z
    .array(z.int().min(1).max(7))
    .min(1)
    .max(7)
    .optional()
    .describe('1 is Monday; hours over midnight belong to the day they begin on'),
  dates: z
    .strictObject({ from: day.optional(), to: day.optional() })
    .refine(({ from, to }) => from === undefined || to === undefined || from <= to, {
      path: ['to'],
      params: { code: 'ends_before_start' },
    })
    .optional()
    .describe('Both days included'),
  quietMinutes: z
    .int()
    .min(1)
    .max(43_200)
    .optional()
    .describe('Silent for this long for one who just got it'),
  tags: z.strictObject({ any: tags.optional(), none: tags.optional() }).optional(),
  segmentIds: z.array(z.string().max(26)).min(1).max(5).optional(),
  scenes: z.array(z.string().min(1).max(64)).min(1).max(20).optional(),
});
