import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { AccountBook } from '../accounts';
import { signPage, type WeComClient } from '../channels/wecom';
import { AppError, NotFound } from '../kernel/errors';
import { operation, type Operation } from '../kernel/http';
import type { Kit } from '../kernel/kit';
import { ownOrigin, ownPage } from './own-pages';
import { repOf } from './rep-of';

const Signature = z.object({ timestamp: z.string(), nonceStr: z.string(), signature: z.string() });

/** What the pages need to speak to WeCom around them. The tickets stay here. */
export function sdkOperation(
  kit: Kit,
  { book, wecom }: { book: AccountBook; wecom: WeComClient },
): Operation {
  return operation(
    {
      method: 'GET',
      path: '/api/v1/sidebar/sdk',
      permission: 'rep',
      summary: 'Signatures of one sidebar page for config and agentConfig',
      query: z.object({
        url: z.string().max(2_000),
        /** `1` after WeCom refused a signature: the tickets may have died early. */
        again: z.enum(['1']).optional(),
      }),
      response: z.object({
        corpId: z.string(),
        agentId: z.string(),
        /** Null while WeCom gives no ticket for it: only clients older than 3.0.24 need it. */
        corp: Signature.nullable(),
        agent: Signature,
      }),
    },
    async ({ actor, query, ctx }) => {
      const { accountId, agentId } = repOf(actor);
      const url = ownPage(query.url, ownOrigin(kit.settings, ctx));
      const agent = book.weComApps(accountId).find((app) => app.agentId === agentId);
      if (!agent) throw new NotFound();
      const ticketOf = async (keeper: WeComClient['corpTickets']) => {
        const kept = await keeper.current(agent);
        return query.again ? keeper.renew(agent, kept) : kept;
      };
      const noted = (error: unknown) => {
        kit.log.warn('sidebar.ticket', { accountId, error });
        return null;
      };
      const [corpTicket, agentTicket] = await Promise.all([
        ticketOf(wecom.corpTickets).catch(noted),
        ticketOf(wecom.agentTickets).catch(noted),
      ]);
      if (agentTicket === null) throw new AppError(503, 'wecom_unreachable');
      const sign = (ticket: string) =>
        signPage(ticket, url, {
          timestamp: String(Math.floor(kit.clock.system() / 1_000)),
          nonceStr: randomBytes(12).toString('hex'),
        });
      const { corpId } = agent;
      return {
        ...{ corpId, agentId, agent: sign(agentTicket) },
        corp: corpTicket === null ? null : sign(corpTicket),
      };
    },
  );
}
