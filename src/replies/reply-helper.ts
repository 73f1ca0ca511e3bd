import { z } from 'zod';
import type { Locale } from '../kernel/text';
import type { Answered, ReplyState } from './reply-book';

export const HelpView = z.object({
  wouldAsk: z.boolean().describe('False while the endpoint rests or the budget of today is spent'),
  style: z.enum(['choose', 'write']),
  sources: z.array(z.object({ id: z.string(), question: z.string() })),
  asked: z
    .object({
      verdict: z.string(),
      why: z.string(),
      faqId: z.string().nullable(),
      text: z.string().nullable(),
    })
    .nullable()
    .describe('What came of asking, when `askModel` was set'),
});

/** Somebody who may help where neither a rule nor an FAQ answers; wiring says who. */
export type ReplyHelper = {
  /** Null when there is nothing to help with. */
  explain(request: {
    said: string;
    state: ReplyState;
    answered: Answered | undefined;
    asks: boolean;
    locale: Locale;
  }): Promise<z.output<typeof HelpView> | null>;
};
