import type { AccountBook } from '../../accounts';
import type { InboundEvent } from '../../channels/inbound-event';
import type { WeComAgent, WeComClient } from '../../channels/wecom';
import type { Raw } from '../../kernel/database';
import type { Kit } from '../../kernel/kit';
import { enqueue } from '../../kernel/work';
import { keepCorpTags } from './keep-corp-tags';

type Part = Pick<Kit, 'db' | 'clock' | 'newId' | 'work'>;

const kind = 'sync-corp-tags';

/** Whatever was changed, the list is read again. */
export function registerCorpTags(kit: Part, book: AccountBook, wecom: WeComClient): void {
  kit.work.on(kind, async ({ payload }) => {
    const { accountId } = payload as { accountId: string };
    await readCorpTags(kit, wecom, book.weComOrThrow(accountId), accountId);
  });
}

export async function readCorpTags(
  kit: Pick<Kit, 'db' | 'clock' | 'newId'>,
  wecom: WeComClient,
  agent: WeComAgent,
  accountId: string,
): Promise<void> {
  const groups = await wecom.listCorpTags(agent);
  await kit.db.transact((tx) => keepCorpTags(kit, tx, accountId, groups));
}

/** Tags of the corp were changed in WeCom; nothing for every other event. */
export function corpTagNews(
  kit: Pick<Kit, 'clock' | 'newId'>,
  event: InboundEvent,
): ((raw: Raw) => Promise<void>) | undefined {
  if (event.kind !== 'corp-tags-changed') return undefined;
  const { accountId, dedupeKey } = event;
  return (raw) =>
    enqueue(raw, [
      {
        ...{ id: kit.newId(), kind, dedupeKey, accountId, payload: { accountId } },
        ...{ dueAt: kit.clock.business(), createdAt: kit.clock.system(), priority: 5 },
      },
    ]);
}
