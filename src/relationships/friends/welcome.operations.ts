import { z } from 'zod';
import type { AccountBook } from '../../accounts';
import { requireAccount } from '../../kernel/access';
import { operation, type Operation } from '../../kernel/http';
import type { Kit } from '../../kernel/kit';
import { keepWelcomes, welcomesFrom, welcomesQuery, type WelcomeTextRow } from './keep-welcomes';
import { strangeVariable } from './welcome-words';

const path = '/api/v1/accounts/{id}/welcomes';
const params = z.object({ id: z.string().max(26) });
const mostBytes = 4_000;
/** WeCom counts bytes of a greeting, not letters. */
export const welcomeWords = z
  .string()
  .trim()
  .min(1)
  .superRefine((text, context) => {
    const say = (code: string, limits: Record<string, string | number>) =>
      context.addIssue({ code: 'custom', params: { code, ...limits } });
    if (Buffer.byteLength(text) > mostBytes) say('too_many_bytes', { maximum: mostBytes });
    const strange = strangeVariable(text);
    if (strange !== undefined) say('variable_unknown', { variable: strange.slice(0, 40) });
  });
const Welcomes = z.object({
  /** For whoever comes by no source named below; null says nothing. */
  standard: welcomeWords.nullable(),
  bySource: z.array(z.object({ source: z.string().min(1).max(30), text: welcomeWords })).max(500),
});

export function welcomeOperations(kit: Kit, book: AccountBook): Operation[] {
  const read = async (accountId: string): Promise<z.infer<typeof Welcomes>> =>
    welcomesFrom(await kit.db.read.all<WelcomeTextRow>(welcomesQuery, [accountId]));
  return [
    operation(
      {
        method: 'GET',
        path,
        permission: 'replies.read',
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
        permission: 'replies.edit',
        summary: 'Say something else to new friends, by source or to all others',
        params,
        body: Welcomes,
        response: Welcomes,
      },
      async ({ actor, params: { id: accountId }, body }) => {
        requireAccount(actor, accountId);
        book.weComOrThrow(accountId);
        await kit.db.transact((tx) => keepWelcomes(kit, tx, actor, accountId, body));
        return read(accountId);
      },
    ),
  ];
}
