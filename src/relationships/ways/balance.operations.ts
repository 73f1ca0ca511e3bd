import { z } from 'zod';
import type { AccountBook } from '../../accounts';
import { WeChatError, weComLimits, type WeComClient } from '../../channels/wecom';
import { requireAccount } from '../../kernel/access';
import { operation, type Operation } from '../../kernel/http';

const BalanceView = z.object({
  /** Null where the corp has no acquisition helper, or our app may not use it. */
  balance: z.number().nullable(),
  total: z.number(),
  isLow: z.boolean(),
  /** The uses that end first. */
  ending: z.object({ at: z.string(), balance: z.number() }).nullable(),
});

/** How many more customers a corp's links may bring: asked of WeCom each time, since uses are bought there. */
export function balanceOperation(book: AccountBook, wecom: WeComClient): Operation {
  return operation(
    {
      method: 'GET',
      path: '/api/v1/accounts/{id}/acquisition-balance',
      permission: 'people.read',
      summary: 'How many more customers the acquisition links of a corp may bring',
      params: z.object({ id: z.string().max(26) }),
      response: BalanceView,
    },
    async ({ actor, params: { id } }) => {
      requireAccount(actor, id);
      const agent = book.weComOrThrow(id);
      const found = await wecom.acquisitionBalance(agent).catch((error: unknown) => {
        if (error instanceof WeChatError && error.outcome.kind === 'account') return undefined;
        throw error;
      });
      if (!found) return { balance: null, total: 0, isLow: false, ending: null };
      const { balance, total, parts } = found;
      const [first] = parts
        .filter((part) => part.balance > 0)
        .sort((one, other) => one.expiresAt - other.expiresAt);
      return {
        ...{ balance, total, isLow: balance < weComLimits.acquisitionLink.low },
        ending: first
          ? { at: new Date(first.expiresAt).toISOString(), balance: first.balance }
          : null,
      };
    },
  );
}
