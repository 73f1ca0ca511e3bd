import QRCode from 'qrcode';
import { z } from 'zod';
import type { AccountBook } from '../accounts';
import { WeChatError, WeChatUnclear, type WeComClient } from '../channels/wecom';
import { recordChange, requireAccount, type Actor } from '../kernel/access';
import { execute, select, type Tx } from '../kernel/database';
import { AppError, NotFound } from '../kernel/errors';
import { operation, type Operation } from '../kernel/http';
import type { Kit } from '../kernel/kit';
import { enqueue } from '../kernel/work';
import { readingJob } from './kf-jobs';
import type { KfAccountRow } from './kf.entity';
import { listKf } from './list-kf';

const ofAccount = z.object({ id: z.string().max(26) });
const ofKf = ofAccount.extend({ kfId: z.string().max(64) });
const path = '/api/v1/accounts/{id}/kf';
/** UTF-8; WeCom refuses more. */
const mostBytes = 2_048;

const KfForm = z.strictObject({
  enabled: z.boolean(),
  welcome: z
    .string()
    .trim()
    .min(1)
    .refine((said) => Buffer.byteLength(said) <= mostBytes, {
      params: { code: 'too_many_bytes', maximum: mostBytes },
    })
    .nullable(),
});

const KfView = z.object({
  kfId: z.string(),
  name: z.string(),
  agentId: z.string(),
  enabled: z.boolean(),
  welcome: z.string().nullable(),
  readAt: z.string().nullable(),
  /** Why the last reading failed: a stable word. */
  lastError: z.string().nullable(),
  /** False: WeCom does not list it for our apps any more. */
  isListed: z.boolean(),
});
const KfList = z.object({ items: z.array(KfView) });

type Row = Omit<KfAccountRow, 'enabled' | 'isListed'> & { enabled: number; isListed: number };

/** Accounts of WeChat customer service: which we answer for, and where customers enter. */
export function kfOperations(kit: Kit, book: AccountBook, wecom: WeComClient): Operation[] {
  const visible = (actor: Actor, accountId: string) => {
    requireAccount(actor, accountId);
    book.weComOrThrow(accountId);
  };
  const show = async (accountId: string): Promise<z.infer<typeof KfList>> => {
    const rows = await kit.db.read.all<Row>(
      `SELECT * FROM kf_account WHERE accountId = ? ORDER BY isListed DESC, name, kfId`,
      [accountId],
    );
    return {
      items: rows.map(({ kfId, name, agentId, enabled, welcome, readAt, lastError, isListed }) => ({
        ...{ kfId, name, agentId, welcome, lastError: lastError || null },
        enabled: enabled !== 0,
        isListed: isListed !== 0,
        readAt: readAt === null ? null : new Date(readAt).toISOString(),
      })),
    };
  };

  return [
    operation(
      {
        method: 'GET',
        path,
        permission: 'accounts.read',
        summary: 'Accounts of WeChat customer service of a corp',
        params: ofAccount,
        response: KfList,
      },
      ({ actor, params: { id } }) => {
        visible(actor, id);
        return show(id);
      },
    ),
    operation(
      {
        method: 'POST',
        path: `${path}/refresh`,
        permission: 'accounts.edit',
        summary: 'Ask WeCom which accounts of customer service there are',
        params: ofAccount,
        body: z.strictObject({}),
        response: KfList,
      },
      async ({ actor, params: { id } }) => {
        visible(actor, id);
        await asked(() => listKf(kit, book, wecom, id));
        return show(id);
      },
    ),
    operation(
      {
        method: 'PUT',
        path: `${path}/{kfId}`,
        permission: 'accounts.edit',
        summary: 'Answer for this account or not, and what to say to who opens it',
        params: ofKf,
        body: KfForm,
        response: KfList,
      },
      async ({ actor, params: { id, kfId }, body }) => {
        visible(actor, id);
        await kit.db.transact((tx) => saveKf(kit, tx, actor, { accountId: id, kfId, ...body }));
        kit.work.ring(0, 0);
        return show(id);
      },
    ),
    operation(
      {
        method: 'POST',
        path: `${path}/{kfId}/link`,
        permission: 'accounts.read',
        summary: 'An address that opens a chat with this account; the scene says where it hung',
        params: ofKf,
        body: z.strictObject({ scene: z.string().regex(/^[\w-]{0,32}$/) }),
        response: z.object({ url: z.string(), /** The code as a picture. */ picture: z.string() }),
      },
      async ({ actor, params: { id, kfId }, body }) => {
        visible(actor, id);
        const [row] = await kit.db.read.all<{ agentId: string }>(
          `SELECT agentId FROM kf_account WHERE accountId = ? AND kfId = ?`,
          [id, kfId],
        );
        const agent = book.weComApps(id).find(({ agentId }) => agentId === row?.agentId);
        if (!agent) throw new NotFound();
        const url = await asked(() => wecom.kfLink(agent, kfId, body.scene));
        return { url, picture: await QRCode.toDataURL(url, { margin: 1, width: 320 }) };
      },
    ),
  ];
}

/** What an operator decides about one account. */
export async function saveKf(
  kit: Kit,
  tx: Tx,
  actor: Actor,
  form: { accountId: string; kfId: string } & z.infer<typeof KfForm>,
): Promise<void> {
  const { accountId, kfId, enabled, welcome } = form;
  const [row] = await select<Row>(tx, `SELECT * FROM kf_account WHERE accountId = ? AND kfId = ?`, [
    accountId,
    kfId,
  ]);
  if (!row) throw new NotFound();
  await execute(tx, `UPDATE kf_account SET enabled = ?, welcome = ? WHERE id = ?`, [
    enabled ? 1 : 0,
    welcome,
    row.id,
  ]);
  if (enabled && row.enabled === 0) {
    const now = kit.clock.business();
    const job = { id: kit.newId(), createdAt: kit.clock.system() };
    await enqueue(tx, [{ ...readingJob({ accountId, kfId, at: now }, now), ...job }]);
  }
  await recordChange(tx, actor, {
    ...{ id: kit.newId(), at: kit.clock.system(), action: 'account.changed' },
    ...{ targetKind: 'account', targetId: accountId },
    before: { kf: row.name, enabled: row.enabled !== 0, welcome: row.welcome },
    after: { kf: row.name, enabled, welcome },
  });
}

/** WeCom's no is an answer to whoever asked. */
async function asked<Answer>(call: () => Promise<Answer>): Promise<Answer> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof WeChatError) {
      throw new AppError(502, 'wechat_refused', { errcode: error.errcode });
    }
    if (error instanceof WeChatUnclear) throw new AppError(503, 'wecom_unreachable');
    throw error;
  }
}
