import { z } from 'zod';
import type { OfficialAccountClient } from '../channels/official-account';
import type { WeComClient } from '../channels/wecom';
import { recordChange, requireAccount, requireAllAccounts, type Actor } from '../kernel/access';
import { execute } from '../kernel/database';
import { Conflict } from '../kernel/errors';
import {
  decodeCursor,
  operation,
  pageFrom,
  pageOf,
  pageQuery,
  type Operation,
} from '../kernel/http';
import type { Kit } from '../kernel/kit';
import type { AccountBook } from './account-book';
import type { Account } from './account.entity';
import { AccountPatch, AccountView, NewAccountForm, SandboxAccountForm } from './account.schema';
import { healthOf } from './account-health';
import { addAccount } from './add-account';
import { addWeComApp } from './add-wecom-app';
import { callbackUrls } from './callback-urls';
import { sandboxAccountNamed } from './connect-sandbox';
import { checkAccount } from './check-account';
import type { MerchantParts } from './merchant-parts';
import { openSandboxDriver } from './sandbox-driver';
import { changedSecrets } from './changed-secrets';

const byId = z.object({ id: z.string().max(26) });

export function accountOperations(
  kit: Kit,
  book: AccountBook,
  { officialAccounts, wecom }: { officialAccounts: OfficialAccountClient; wecom: WeComClient },
  merchants: MerchantParts,
): Operation[] {
  const present = async (account: Account) => {
    const callbacks = callbackUrls(kit, book, account);
    return {
      id: account.id,
      kind: account.kind,
      platformId: account.platformId,
      originalId: account.originalId,
      name: account.name,
      world: account.world,
      mode: account.mode,
      enabled: account.enabled,
      callbackUrl: callbacks[0] ?? null,
      apps: book.weComApps(account.id).map(({ agentId }, index) => ({
        agentId,
        callbackUrl: callbacks[index] ?? '',
      })),
      clientIp: account.details['clientIp'] ?? null,
      health: await healthOf({ kit, book, officialAccounts, wecom, merchants }, account),
    };
  };
  const visible = (actor: Actor, id: string): Account => {
    requireAccount(actor, id);
    return book.getOrThrow(id);
  };

  return [
    operation(
      {
        method: 'GET',
        path: '/api/v1/accounts',
        permission: 'accounts.read',
        summary: 'Accounts with the health of token and callback',
        query: pageQuery,
        response: pageOf(AccountView),
      },
      async ({ actor, query }) => {
        const [after = ''] = query.cursor ? decodeCursor(query.cursor, ['string']) : [];
        const shown = book
          .all()
          .filter(({ id }) => actor.accountIds === 'all' || actor.accountIds.includes(id))
          .filter(({ id }) => id > String(after))
          .sort((a, b) => (a.id < b.id ? -1 : 1))
          .slice(0, query.limit + 1);
        const page = pageFrom(
          shown,
          query.limit,
          ({ id }) => [id],
          (account) => account,
        );
        return { ...page, items: await Promise.all(page.items.map(present)) };
      },
    ),
    operation(
      {
        method: 'POST',
        path: '/api/v1/accounts',
        permission: 'accounts.edit',
        summary: 'Connect a real Official Account, merchant or app of a corp',
        body: NewAccountForm,
        response: AccountView,
        status: 201,
      },
      async ({ actor, body }) => {
        requireAllAccounts(actor);
        const id = await kit.db.transact(async (tx) => {
          const { kind, name, platformId } = body;
          const known = kind === 'wecom' ? book.findByPlatformId(kind, platformId) : undefined;
          const secrets =
            body.kind === 'wecom'
              ? { apps: [{ agentId: body.agentId, ...body.secrets }] }
              : body.secrets;
          const details =
            body.kind === 'merchant'
              ? {
                  ...(body.serialNo ? { serialNo: body.serialNo } : {}),
                  ...(body.publicKeyId ? { publicKeyId: body.publicKeyId } : {}),
                  ...(body.clientIp ? { clientIp: body.clientIp } : {}),
                }
              : {};
          const more =
            body.kind === 'official-account'
              ? { originalId: body.originalId, mode: body.mode }
              : {};
          const made =
            known && body.kind === 'wecom'
              ? await addWeComApp(kit, tx, known.id, { agentId: body.agentId, ...body.secrets })
              : await addAccount(kit, tx, {
                  kind,
                  name,
                  platformId,
                  secrets,
                  details,
                  world: 'real',
                  ...more,
                });
          await recordChange(tx, actor, {
            id: kit.newId(),
            at: kit.clock.system(),
            action: 'account.connected',
            targetKind: 'account',
            targetId: made,
            after: { kind, name, platformId },
          });
          return made;
        });
        await kit.versions.check(true);
        return present(book.getOrThrow(id));
      },
    ),
    operation(
      {
        method: 'POST',
        path: '/api/v1/accounts/sandbox',
        permission: 'accounts.edit',
        summary:
          'The Official Account of this name in the sandbox, made and connected where there is none; no credentials are needed',
        body: SandboxAccountForm,
        response: AccountView,
        status: 201,
      },
      async ({ actor, body: { name } }) => {
        requireAllAccounts(actor);
        if (!kit.settings.isSandboxOn) throw new Conflict('sandbox_off');
        const driver = openSandboxDriver(kit);
        const { account, isNew } = await sandboxAccountNamed(kit, book, driver, name);
        if (!isNew) return present(account);
        await kit.db.transact((tx) =>
          recordChange(tx, actor, {
            id: kit.newId(),
            at: kit.clock.system(),
            action: 'account.connected',
            targetKind: 'account',
            targetId: account.id,
            after: {
              kind: account.kind,
              name,
              platformId: account.platformId,
              world: account.world,
            },
          }),
        );
        return present(account);
      },
    ),
    operation(
      {
        method: 'GET',
        path: '/api/v1/accounts/{id}',
        permission: 'accounts.read',
        summary: 'One account',
        params: byId,
        response: AccountView,
      },
      ({ actor, params }) => present(visible(actor, params.id)),
    ),
    operation(
      {
        method: 'PATCH',
        path: '/api/v1/accounts/{id}',
        permission: 'accounts.edit',
        summary: 'Rename, switch on or off, change mode or secrets',
        params: byId,
        body: AccountPatch,
        response: AccountView,
      },
      async ({ actor, params, body }) => {
        const account = visible(actor, params.id);
        await kit.db.transact(async (tx) => {
          const secrets = changedSecrets(kit.seal, account, body);
          await execute(
            tx,
            `UPDATE account SET name = ?, enabled = ?, mode = ?, secrets = ?, details = ? WHERE id = ?`,
            [
              body.name ?? account.name,
              (body.enabled ?? account.enabled) ? 1 : 0,
              body.mode ?? account.mode,
              secrets,
              JSON.stringify(detailsAfter(account, body)),
              account.id,
            ],
          );
          await kit.versions.bump(tx, 'accounts');
          await recordChange(tx, actor, {
            id: kit.newId(),
            at: kit.clock.system(),
            action: 'account.changed',
            targetKind: 'account',
            targetId: account.id,
            before: { name: account.name, enabled: account.enabled, mode: account.mode },
            after: { ...body, secrets: body.secrets ? Object.keys(body.secrets) : [] },
          });
        });
        await kit.versions.check(true);
        if (body.secrets?.appSecret) {
          await officialAccounts.tokens.forget({ id: account.id });
          for (const agent of book.weComApps(account.id)) await wecom.tokens.forget(agent);
        }
        return present(book.getOrThrow(account.id));
      },
    ),
    operation(
      {
        method: 'POST',
        path: '/api/v1/accounts/{id}/check',
        permission: 'accounts.read',
        summary: 'Try the account: clock, reachability, credentials, callback',
        params: byId,
        response: z.object({
          steps: z.array(z.object({ code: z.string(), ok: z.boolean(), detail: z.string() })),
        }),
      },
      async ({ actor, params, locale }) => {
        const account = visible(actor, params.id);
        return {
          steps: await checkAccount(
            kit,
            { book, officialAccounts, wecom, merchants },
            account,
            locale,
          ),
        };
      },
    ),
  ];
}

function detailsAfter(
  account: Account,
  { clientIp }: z.infer<typeof AccountPatch>,
): Record<string, string> {
  if (account.kind !== 'merchant' || clientIp === undefined) return account.details;
  const details = Object.entries(account.details).filter(([name]) => name !== 'clientIp');
  const rest = Object.fromEntries(details);
  return clientIp === null ? rest : { ...rest, clientIp };
}
