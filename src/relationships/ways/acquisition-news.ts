import type { AccountBook } from '../../accounts';
import type { InboundEvent } from '../../channels/inbound-event';
import type { WeComClient } from '../../channels/wecom';
import { execute, type Raw } from '../../kernel/database';
import type { Kit } from '../../kernel/kit';
import { text } from '../../kernel/text';
import { enqueue } from '../../kernel/work';
import { noticeSettingsOf } from '../notices';

const kind = 'tell-of-balance';
const scarce = ['balance-low', 'balance-exhausted', 'quota-expires-soon'] as const;
type Scarce = (typeof scarce)[number];
type News = { accountId: string; change: Scarce; expiring?: number };

const broken: Readonly<Record<string, string>> = {
  'link-unavailable': 'link-unavailable',
  'link-deleted': 'link-deleted',
};

/** A link that no longer works says so on its page; uses that run out are told to those who are told of losses. */
export function acquisitionNews(
  kit: Pick<Kit, 'clock' | 'newId'>,
  event: InboundEvent,
): ((raw: Raw) => Promise<void>) | undefined {
  if (event.kind !== 'acquisition-changed') return undefined;
  const { accountId, change, linkId, expiring, at } = event;
  const trouble = broken[change];
  if (trouble !== undefined && linkId !== undefined) {
    return async (raw) => {
      await execute(
        raw,
        `UPDATE contact_way SET trouble = ?
         WHERE accountId = ? AND configId = ? AND kind = 'link' AND removedAt IS NULL`,
        [trouble, accountId, linkId],
      );
    };
  }
  const found = scarce.find((one) => one === change);
  if (found === undefined) return undefined;
  const payload: News = { accountId, change: found, ...(expiring !== undefined && { expiring }) };
  return (raw) =>
    enqueue(raw, [
      {
        ...{ id: kit.newId(), kind, accountId, payload, priority: 3 },
        ...{ dedupeKey: `${accountId}:${found}:${at}` },
        ...{ dueAt: kit.clock.business(), createdAt: kit.clock.system() },
      },
    ]);
}

export function registerBalanceNotices(
  kit: Pick<Kit, 'db' | 'work'>,
  book: AccountBook,
  wecom: WeComClient,
): void {
  kit.work.on(kind, async ({ payload }) => {
    const { accountId, change, expiring } = payload as News;
    const { managers } = await noticeSettingsOf(kit.db.read, accountId);
    if (managers.length === 0) return;
    const words = text('zh-CN', `notice.${change}`, { n: expiring ?? 0 });
    const ended = await wecom.tellStaff(book.weComOrThrow(accountId), managers, {
      ...{ kind: 'text', text: words },
    });
    // The same words within half an hour reach nobody twice, so what nobody knows may be said again.
    if (ended.kind !== 'ok') throw ended.error;
  });
}
