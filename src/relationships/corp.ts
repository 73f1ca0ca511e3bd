import type { AccountBook } from '../accounts';
import type { InboundEvent } from '../channels/inbound-event';
import type { OfficialAccountClient } from '../channels/official-account';
import type { WeComClient } from '../channels/wecom';
import { select, type Raw, type Tx } from '../kernel/database';
import type { Operation } from '../kernel/http';
import type { Kit } from '../kernel/kit';
import {
  directoryNews,
  registerContactRepair,
  registerContactSync,
  registerStaffRename,
  startContactRepair,
  syncReportOperations,
} from './friends';
import { corpTagNews, corpTagOperations, registerCorpTags, registerTagPush } from './corp-tags';
import { registerFollowerMatch, startFollowerMatch } from './one-person';
import { handoverNews, handoverOperations, registerHandovers, giverOperations } from './handovers';
import { repOperations } from './reps';
import { goneJob } from './notices';
import { lookAtRoomCodes, registerRoomCodes, roomCodeOperations } from './room-codes';
import {
  registerRoomDays,
  registerRooms,
  roomFigureOperations,
  roomNews,
  roomOperations,
  startRoomSync,
} from './rooms';
import { startFollowerSync } from './sync-followers';
import {
  acquisitionNews,
  balanceOperation,
  registerBalanceNotices,
  registerWayLooks,
} from './ways';

const nightly = 'nightly-repair';

/** Everything about a corp that is read, kept in step and repaired; and tags of Official Accounts. */
export function registerCorp(
  kit: Kit,
  book: AccountBook,
  wecom: WeComClient,
  officialAccounts: OfficialAccountClient,
): void {
  registerContactSync(kit, book, wecom);
  registerContactRepair(kit, book, wecom, (found) => goneJob(kit, found));
  registerStaffRename(kit);
  registerWayLooks(kit);
  registerRooms(kit, book, wecom);
  registerRoomDays(kit, book, wecom);
  registerRoomCodes(kit, book, wecom);
  registerCorpTags(kit, book, wecom);
  registerTagPush(kit, book, wecom, officialAccounts);
  registerFollowerMatch(kit, book, wecom);
  registerHandovers(kit, book, wecom);
  registerBalanceNotices(kit, book, wecom);
  kit.schedules.on(nightly, async (tx) => {
    for (const { id, name, kind, enabled } of book.all()) {
      if (kind === 'official-account' && enabled && (await hasTags(tx, id))) {
        await startFollowerSync(kit, tx, id, name);
      }
      if (kind !== 'wecom' || !enabled || book.weComApps(id).length === 0) continue;
      await startContactRepair(kit, tx, id, name);
      await startRoomSync(kit, tx, id, name);
      await lookAtRoomCodes(kit, tx, id);
      await startFollowerMatch(kit, tx, id);
    }
  });
}

/** Only followers who may have been tagged by hand in WeChat are worth reading anew. */
async function hasTags(tx: Tx, accountId: string): Promise<boolean> {
  const sql = `SELECT id FROM corp_tag WHERE accountId = ? AND isGone = 0 LIMIT 1`;
  return (await select<{ id: string }>(tx, sql, [accountId])).length > 0;
}

/** Before the shops open; a night that passed unseen is made up for. */
export function planNightlyRepair(kit: Kit, tx: Tx): Promise<void> {
  return kit.schedules.save(tx, {
    ...{ id: nightly, kind: nightly, ownerId: '', cron: '20 3 * * *', zone: kit.settings.orgZone },
    ...{ missed: 'once', active: true },
  });
}

/** What an event tells of the corp itself, written in the event's own transaction. */
export function corpNews(
  kit: Pick<Kit, 'clock' | 'newId'>,
  event: InboundEvent,
): ((raw: Raw) => Promise<void>) | undefined {
  return (
    directoryNews(kit, event) ??
    roomNews(kit, event) ??
    corpTagNews(kit, event) ??
    handoverNews(kit, event) ??
    acquisitionNews(kit, event)
  );
}

export function corpOperations(
  kit: Kit,
  book: AccountBook,
  wecom: WeComClient,
  officialAccounts: OfficialAccountClient,
): Operation[] {
  return [
    ...syncReportOperations(kit, book),
    ...roomOperations(kit),
    ...roomFigureOperations(kit),
    ...roomCodeOperations(kit, book),
    balanceOperation(book, wecom),
    ...corpTagOperations(kit, book, wecom, officialAccounts),
    ...repOperations(kit, book),
    ...giverOperations(kit, book),
    ...handoverOperations(kit, book),
  ];
}
