import type { AccountBook } from '../accounts';
import type { InboundEvent, KfOrigin } from '../channels/inbound-event';
import {
  weComLimits,
  WeChatError,
  type KfMessage,
  type KfPull,
  type WeComAgent,
  type WeComClient,
} from '../channels/wecom';
import type { Kit } from '../kernel/kit';
import { eventOfKf, type KfPlace } from './kf-events';
import { readingKind, type Reading } from './kf-jobs';
import type { KfAccountRow } from './kf.entity';
import { breakReading, endReading, keepReading, takeReading } from './reading-lease';
import { meetVisitors } from './meet-visitors';

type Part = Pick<Kit, 'db' | 'clock' | 'newId' | 'work' | 'log'>;

export type ReadingWorld = {
  readonly book: AccountBook;
  readonly wecom: WeComClient;
  /** Into the same intake as callbacks: decided, committed, once. */
  readonly take: (event: InboundEvent) => Promise<unknown>;
};

/** WeCom keeps messages for so long. */
const keptMs = 3 * 86_400_000;
/** The bot answers what is younger; what is older was missed, and a person should see it. */
const answersWithinMs = 10 * 60_000;
/** On the first reading others may have answered already. */
const answersAtFirstMs = 2 * 60_000;
/** `kf-token-invalid`: the bell's token is over, or that of another account. */
const tokenInvalid = 95007;

/** The bell says that there is something; this fetches it, page by page, one reader for each account. */
export function registerKfReading(kit: Part, world: ReadingWorld): void {
  kit.work.on(readingKind, async ({ payload }, signal) => {
    const reading = payload as Reading;
    const [row] = await kit.db.read.all<KfAccountRow>(
      `SELECT * FROM kf_account WHERE accountId = ? AND kfId = ? AND enabled = 1`,
      [reading.accountId, reading.kfId],
    );
    if (!row || world.book.find(reading.accountId)?.enabled !== true) return;
    const agent = world.book
      .weComApps(reading.accountId)
      .find(({ agentId }) => agentId === row.agentId);
    if (!agent) return;
    const owner = kit.newId();
    if (!(await takeReading(kit.db, row.id, owner))) return;
    try {
      do {
        await readAll(kit, world, { row, agent, owner, reading, signal });
      } while (!signal.aborted && !(await endReading(kit.db, row.id, owner)));
    } catch (error) {
      await breakReading(kit.db, row.id, owner, wordOf(error));
      throw error;
    }
    if (signal.aborted) await breakReading(kit.db, row.id, owner, '');
  });
}

const wordOf = (error: unknown) =>
  error instanceof WeChatError && 'name' in error.outcome ? error.outcome.name : 'unreachable';

type Turn = {
  row: Pick<KfAccountRow, 'id' | 'kfId' | 'accountId'>;
  agent: WeComAgent;
  owner: string;
  reading: Reading;
  signal: AbortSignal;
};

async function readAll(kit: Part, world: ReadingWorld, turn: Turn): Promise<void> {
  const { row, agent, owner } = turn;
  const [place] = await kit.db.read.all<Pick<KfAccountRow, 'readTo' | 'readAt'>>(
    `SELECT readTo, readAt FROM kf_account WHERE id = ?`,
    [row.id],
  );
  const isFirst = (place?.readTo ?? null) === null;
  let cursor = place?.readTo ?? '';
  const awayMs = kit.clock.business() - (place?.readAt ?? kit.clock.business());
  if (awayMs > keptMs) {
    // The place is older than anything WeCom still has: from the oldest it has, and repeats change nothing.
    kit.log.warn('kf.gap', { kfId: row.kfId, hours: Math.round(awayMs / 3_600_000) });
    cursor = '';
  }
  for (;;) {
    const pull = await pullPage(kit, world, turn, cursor);
    const events = await eventsOf(kit, turn, pull.messages, isFirst);
    await Promise.all(events.map((event) => world.take(event)));
    const readAt = kit.clock.business();
    const isOurs = await keepReading(kit.db, row.id, owner, { readTo: pull.cursor, readAt });
    await meetVisitors(kit, world.wecom, agent, events);
    if (!isOurs || !pull.hasMore || turn.signal.aborted) return;
    cursor = pull.cursor;
  }
}

async function pullPage(
  kit: Part,
  { wecom }: ReadingWorld,
  { row, agent, reading }: Turn,
  cursor: string,
): Promise<KfPull> {
  const wanted = { kfId: row.kfId, cursor };
  const { token } = reading;
  const isFresh = kit.clock.business() - reading.at < weComLimits.kf.tokenMs;
  if (token === undefined || token === '' || !isFresh) return wecom.pullKfMessages(agent, wanted);
  try {
    return await wecom.pullKfMessages(agent, { ...wanted, token });
  } catch (error) {
    if (!(error instanceof WeChatError) || error.errcode !== tokenInvalid) throw error;
    return wecom.pullKfMessages(agent, wanted);
  }
}

async function eventsOf(
  kit: Part,
  { row, agent }: Turn,
  messages: readonly KfMessage[],
  isFirst: boolean,
): Promise<InboundEvent[]> {
  const staff = await staffNames(kit, row.accountId, messages);
  const place: KfPlace = {
    ...{ accountId: row.accountId, corpId: agent.corpId, agentId: agent.agentId, kfId: row.kfId },
  };
  const now = kit.clock.business();
  return messages.flatMap((message) => {
    const late = lateness(now - message.at, isFirst);
    const event = eventOfKf(place, message, { late, nameOf: (id) => staff.get(id) ?? id });
    return event ?? [];
  });
}

function lateness(ageMs: number, isFirst: boolean): KfOrigin['late'] {
  if (isFirst) return ageMs > answersAtFirstMs ? 'history' : undefined;
  return ageMs > answersWithinMs ? 'missed' : undefined;
}

/** Only pages in which staff speak ask the directory. */
async function staffNames(
  kit: Part,
  accountId: string,
  messages: readonly KfMessage[],
): Promise<Map<string, string>> {
  const speaks = messages.some(
    (one) => one.kind === 'session-changed' || (one.kind === 'said' && one.by === 'servicer'),
  );
  if (!speaks) return new Map();
  const rows = await kit.db.read.all<{ userId: string; name: string }>(
    `SELECT userId, name FROM staff WHERE accountId = ?`,
    [accountId],
  );
  return new Map(rows.map(({ userId, name }) => [userId, name]));
}
