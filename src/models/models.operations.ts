import { z } from 'zod';
import type { AccountBook } from '../accounts';
import { recordChange, requireAccount } from '../kernel/access';
import { insertRows } from '../kernel/database';
import { NotFound } from '../kernel/errors';
import { operation, type Operation } from '../kernel/http';
import type { Kit } from '../kernel/kit';
import { usedOn, type Used } from './budget';
import { dayOf } from './call-log';
import { callOperations } from './calls.operations';
import { styles } from './model-config';
import { settingsTopic, type AccountSetting, type Models } from './open-models';
import type { Speech } from './speech';

const style = z.enum(styles);
const used = z.object({ calls: z.number(), tokens: z.number() });
const AccountView = z.object({
  id: z.string(),
  name: z.string(),
  isOn: z.boolean(),
  style: style.nullable().describe("Null: as the installation's settings say"),
  dailyCalls: z.number().nullable().describe("Null: only the installation's own limit"),
  today: used,
});
const ModelsView = z.object({
  endpoint: z
    .object({
      host: z.string(),
      chat: z.string(),
      embedding: z.string().nullable(),
      style,
      timeoutMs: z.number(),
      dailyCalls: z.number(),
      dailyTokens: z.number(),
      logDays: z.number(),
      breaker: z
        .object({ state: z.enum(['closed', 'open', 'half-open']), until: z.string().nullable() })
        .describe('Of the process that answers this: whether it asks the endpoint now'),
      vectors: z.object({ made: z.number(), wanted: z.number() }).nullable(),
      today: used,
    })
    .nullable()
    .describe('Null: no model is named in the settings, and none is asked'),
  speech: z
    .object({
      host: z.string(),
      model: z.string(),
      timeoutMs: z.number(),
      state: z.enum(['closed', 'open', 'half-open']),
    })
    .nullable()
    .describe('What writes voices down where an operator asks for it; null: nothing does'),
  logDays: z.number(),
  accounts: z.array(AccountView),
});
const Wanted = z.strictObject({
  isOn: z.boolean(),
  style: style.nullable(),
  dailyCalls: z.number().int().min(1).max(1_000_000).nullable(),
});

const none: Used = { calls: 0, tokens: 0 };

/** Whether a model helps, whom, and how much it has been asked today. */
export function modelOperations(
  kit: Kit,
  book: AccountBook,
  models: Models,
  speech: Speech,
): Operation[] {
  const speechNow = () => {
    const { config, breaker } = speech;
    if (!config) return null;
    const { base, model, timeoutMs } = config;
    return { host: new URL(base).host, model, timeoutMs, state: breaker.state(kit.clock.system()) };
  };
  const present = (account: { id: string; name: string }, today: ReadonlyMap<string, Used>) => {
    const { id, name } = account;
    return { id, name, ...models.settingOf(id), today: today.get(id) ?? none };
  };
  const save = async (
    accountId: string,
    wanted: AccountSetting,
    actor: Parameters<typeof recordChange>[1],
  ) => {
    const before = models.settingOf(accountId);
    const row = {
      ...{ accountId, isOn: wanted.isOn ? 1 : 0, style: wanted.style },
      ...{ dailyCalls: wanted.dailyCalls, changedAt: kit.clock.business() },
    };
    await kit.db.transact(async (tx) => {
      await insertRows(tx, 'model_setting', [row], {
        onConflict: ['accountId'],
        update: ['isOn', 'style', 'dailyCalls', 'changedAt'],
      });
      await kit.versions.bump(tx, settingsTopic);
      await recordChange(tx, actor, {
        ...{ id: kit.newId(), at: kit.clock.system(), action: 'account.model-changed' },
        ...{ targetKind: 'account', targetId: accountId, before, after: wanted },
      });
    });
    await kit.versions.check(true);
  };

  return [
    operation(
      {
        method: 'GET',
        path: '/api/v1/models',
        permission: 'accounts.edit',
        summary: 'The model that may help to answer, its state and its accounts',
        response: ModelsView,
      },
      async ({ actor }) => {
        await kit.versions.check();
        const { config } = models;
        const common = { speech: speechNow(), logDays: kit.settings.modelLogDays };
        if (!config) return { endpoint: null, ...common, accounts: [] };
        const today = await usedOn(kit.db.read, dayOf(kit));
        const accounts = book
          .all()
          .filter(({ kind, enabled }) => kind === 'official-account' && enabled)
          .filter(({ id }) => actor.accountIds === 'all' || actor.accountIds.includes(id))
          .map((account) => present(account, today));
        const now = kit.clock.system();
        const until = models.chatBreaker.blockedUntil(now);
        const { chat, style: usual, timeoutMs, dailyCalls, dailyTokens, logDays } = config;
        return {
          endpoint: {
            ...{ host: new URL(config.base).host, chat, embedding: config.embedding ?? null },
            ...{ style: usual, timeoutMs, dailyCalls, dailyTokens, logDays },
            breaker: {
              state: models.chatBreaker.state(now),
              until: until === undefined ? null : new Date(until).toISOString(),
            },
            vectors: models.vectorState,
            today: today.get('') ?? none,
          },
          ...common,
          accounts,
        };
      },
    ),
    operation(
      {
        method: 'PUT',
        path: '/api/v1/models/accounts/{id}',
        permission: 'accounts.edit',
        summary:
          'Whether a model helps to answer followers of an account, how, and how often a day',
        params: z.object({ id: z.string().max(26) }),
        body: Wanted,
        response: AccountView,
      },
      async ({ actor, params: { id }, body }) => {
        requireAccount(actor, id);
        const account = book.find(id);
        if (!models.config || account?.kind !== 'official-account') throw new NotFound();
        await save(id, body, actor);
        return present(account, await usedOn(kit.db.read, dayOf(kit)));
      },
    ),
    ...callOperations(kit),
  ];
}
