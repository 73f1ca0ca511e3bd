import { z } from 'zod';
import type { AccountBook } from '../accounts';
import { recordChange, requireAccount, requireAllAccounts, type Actor } from '../kernel/access';
import { NotFound } from '../kernel/errors';
import { operation, type Operation } from '../kernel/http';
import type { Kit } from '../kernel/kit';
import { everyAccount, InboxSettings, type InboxBook } from './inbox-settings';
import { isOpenAt } from './opening-hours';
import { onlineOperators, sees, tellPresence } from './presence';

const ofAccount = z.object({ accountId: z.string().max(26).optional() });
const SettingsView = InboxSettings.extend({
  /** Of the account asked for; null when these are the ones of all accounts. */
  accountId: z.string().nullable(),
  isOpenNow: z.boolean(),
});

/** How people are answered by people, and who is there to do it. */
export function inboxOperations(
  kit: Kit,
  { inbox, book }: { inbox: InboxBook; book: AccountBook },
): Operation[] {
  const keyFor = (actor: Actor, accountId: string | undefined): string => {
    if (accountId === undefined) return everyAccount;
    requireAccount(actor, accountId);
    const kind = book.find(accountId)?.kind;
    if (kind !== 'official-account' && kind !== 'wecom') throw new NotFound();
    return accountId;
  };
  const present = (key: string) => {
    const settings = inbox.of(key);
    return {
      ...settings,
      accountId: inbox.hasOwn(key) && key !== everyAccount ? key : null,
      isOpenNow: isOpenAt(settings.hours, kit.clock.business(), kit.settings.orgZone),
    };
  };

  return [
    operation(
      {
        method: 'GET',
        path: '/api/v1/inbox-settings',
        permission: 'conversations.read',
        summary: 'Hours, away text, assignment and hand-back; of one account or of all',
        query: ofAccount,
        response: SettingsView,
      },
      async ({ actor, query }) => {
        const key = keyFor(actor, query.accountId);
        await kit.versions.check();
        return present(key);
      },
    ),
    operation(
      {
        method: 'PUT',
        path: '/api/v1/inbox-settings',
        permission: 'conversations.reply',
        summary: 'Change them; with an account they are its own from now on',
        query: ofAccount,
        body: InboxSettings,
        response: SettingsView,
      },
      async ({ actor, query, body }) => {
        const key = keyFor(actor, query.accountId);
        if (key === everyAccount) requireAllAccounts(actor);
        const before = inbox.of(key);
        await kit.db.transact(async (tx) => {
          await inbox.save(tx, key, body);
          await recordChange(tx, actor, {
            ...{ id: kit.newId(), at: kit.clock.system(), action: 'inbox-settings.changed' },
            ...{ targetKind: 'account', targetId: key, before, after: body },
          });
        });
        await kit.versions.check(true);
        return present(key);
      },
    ),
    operation(
      {
        method: 'POST',
        path: '/api/v1/presence',
        permission: 'conversations.reply',
        summary: 'The caller is in the inbox, or has left it; to be said every thirty seconds',
        body: z.strictObject({ online: z.boolean() }),
      },
      async ({ actor, body }) => {
        await kit.db.transact((tx) => tellPresence(kit, tx, actor, body.online));
      },
    ),
    operation(
      {
        method: 'GET',
        path: '/api/v1/presence',
        permission: 'conversations.read',
        summary: 'Operators in the inbox now who share an account with the caller',
        response: z.object({ items: z.array(z.object({ id: z.string(), name: z.string() })) }),
      },
      async ({ actor }) => {
        const there = await onlineOperators(kit);
        const shared = there.filter(
          (row) =>
            actor.accountIds === 'all' ||
            row.accountIds === null ||
            actor.accountIds.some((id) => sees(row, id)),
        );
        return { items: shared.map(({ operatorId: id, name }) => ({ id, name })) };
      },
    ),
  ];
}
