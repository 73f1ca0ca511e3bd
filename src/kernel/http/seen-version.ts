import { z } from 'zod';

/** What an editor sends back, so that two of them see each other. */
export const seenVersion = z
  .number()
  .int()
  .min(0)
  .optional()
  .describe(
    'The `version` that was read; when somebody has saved since, 409 record_changed_meanwhile says who and when',
  );
