import { z } from 'zod';
import type { AccountBook } from '../../accounts';
import { recordChange, requireAccount } from '../../kernel/access';
import { execute, insertRows } from '../../kernel/database';
import { operation, type Operation } from '../../kernel/http';
import type { Kit } from '../../kernel/kit';

const path = '/api/v1/accounts/{id}/welcomes';
const params = z.object({ id: z.string().max(26) });
/** WeCom counts 4,000 bytes of a greeting. */
const words = z
  .string()
  .trim()
  .min(1)
  .refine((text) => Buffer.byteLength(text) <= 4_000, 'at most 4,000 bytes');
const Welcomes = z.object({
  /** For whoever comes by no source named below; null says nothing. */
  standard: words.nullable(),
  bySource: z.array(z.object({ source: z.string().min(1).max(30), text: words })).max(500),
});

export function welcomeOperations(kit: Kit, book: AccountBook): Operation[] {
  const read = async (accountId: string): Promise<z.infer<typeof Welcomes>> => {
    const rows = await kit.db.read.all<{ source: string; text: string }>(
      `SELECT source, text FROM welcome_text WHERE accountId = ? ORDER BY source`,
      [accountId],
    );
    return {
      standard: rows.find(({ source }) => source === '')?.text ?? null,
      bySource: rows
        .filter(({ source }) => source !== '')
        .map(({ source, text }) => ({ source, text })),
    };
  };
  return [
    operation(
      {
        method: 'GET',
        path,
        permission: 'accounts.read',
        summary: 'What a corp says to new friends',
        params,
        response: Welcomes,
      },
      ({ actor, params: { id } }) => {
        requireAccount(actor, id);
        book.weComOrThrow(id);
        return read(id);
      },
    ),
    operation(
      {
        method: 'PUT',
        path,
        permission: 'accounts.edit',
        summary: 'Say something else to new friends, by source or to all others',
        params,
        body: Welcomes,
        response: Welcomes,
      },
      async ({ actor, params: { id: accountId }, body }) => {
        requireAccount(actor, accountId);
        book.weComOrThrow(accountId);
        const { standard, bySource } = body;
        const texts = new Map(bySource.map(({ source, text }) => [source, text]));
        if (standard !== null) texts.set('', standard);
        const before = await read(accountId);
        await kit.db.transact(async (tx) => {
          const changedAt = kit.clock.business();
          await execute(tx, `DELETE FROM welcome_text WHERE accountId = ?`, [accountId]);
          await insertRows(
            tx,
            'welcome_text',
            [...texts].map(([source, text]) => ({ accountId, source, text, changedAt })),
          );
          await recordChange(tx, actor, {
            id: kit.newId(),
            at: kit.clock.system(),
            action: 'account.changed',
            targetKind: 'account',
            targetId: accountId,
            before: { welcomes: before },
            after: { welcomes: body },
          });
        });
        return read(accountId);
      },
    ),
  ];
}
