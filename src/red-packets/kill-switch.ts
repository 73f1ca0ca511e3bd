import type { Actor } from '../kernel/access';
import { insertRows, select, type Reader, type Scalar, type Tx } from '../kernel/database';
import type { Kit } from '../kernel/kit';

/** Stops everything. */
export const everything = 'all';
export const merchantSwitch = (merchantAccountId: string): string =>
  `merchant:${merchantAccountId}`;

type Row = { scope: string; reason: string; endsAt: number | null };
const sql = `SELECT scope, reason, endsAt FROM kill_switch
  WHERE active = 1 AND (endsAt IS NULL OR endsAt > ?)`;

/** The scopes that may not pay now. Read from the database, never from memory. */
export async function readSwitches(
  at: Reader | Tx,
  now: number,
): Promise<Map<string, { reason: string }>> {
  const rows = 'em' in at ? await at.all<Row>(sql, [now]) : await select<Row>(at, sql, [now]);
  return new Map(rows.map((row) => [row.scope, { reason: row.reason }]));
}

export type Stop = { reason: string; by: string; since: string; endsAt: string | null };
export type Stops = { everything: Stop | null; merchants: (Stop & { mchId: string })[] };

type StopRow = {
  scope: string;
  reason: string;
  endsAt: number | null;
  decidedBy: string;
  changedAt: number;
};

/** Who stopped what and since when, for people to read; merchants only of accounts the actor may see. */
export async function showStops(at: Reader, actor: Actor, now: number): Promise<Stops> {
  const rows = await at.all<StopRow>(
    `SELECT scope, reason, endsAt, decidedBy, changedAt FROM kill_switch
     WHERE active = 1 AND (endsAt IS NULL OR endsAt > ?) ORDER BY scope`,
    [now],
  );
  const merchants = await at.all<{ id: string; platformId: string }>(
    `SELECT id, platformId FROM account WHERE kind = 'merchant' ORDER BY id`,
  );
  const stopOf = (scope: string): Stop | undefined => {
    const row = rows.find((one) => one.scope === scope);
    return (
      row && {
        reason: row.reason,
        by: row.decidedBy,
        since: new Date(row.changedAt).toISOString(),
        endsAt: row.endsAt === null ? null : new Date(row.endsAt).toISOString(),
      }
    );
  };
  return {
    everything: stopOf(everything) ?? null,
    merchants: merchants
      .filter(({ id }) => actor.accountIds === 'all' || actor.accountIds.includes(id))
      .flatMap(({ id, platformId }) => {
        const stop = stopOf(merchantSwitch(id));
        return stop ? [{ mchId: platformId, ...stop }] : [];
      }),
  };
}

type Turn = {
  scope: string;
  reason: string;
  decidedBy: string;
  /** Business time, epoch ms. */
  endsAt?: number | undefined;
};

/** A stop that ends by itself never shortens one that stands. */
export async function stopPaying(tx: Tx, kit: Pick<Kit, 'clock'>, turn: Turn): Promise<void> {
  if (turn.endsAt !== undefined) {
    const [standing] = await select<{ scope: string }>(
      tx,
      `SELECT scope FROM kill_switch WHERE scope = ? AND active = 1 AND (endsAt IS NULL OR endsAt >= ?)`,
      [turn.scope, turn.endsAt],
    );
    if (standing) return;
  }
  await write(tx, {
    scope: turn.scope,
    active: 1,
    reason: turn.reason,
    endsAt: turn.endsAt ?? null,
    decidedBy: turn.decidedBy,
    changedAt: kit.clock.system(),
  });
}

export async function resumePaying(
  tx: Tx,
  kit: Pick<Kit, 'clock'>,
  actor: Actor,
  scopes: readonly string[],
): Promise<void> {
  for (const scope of scopes) {
    await write(tx, {
      scope,
      active: 0,
      reason: 'resumed',
      endsAt: null,
      decidedBy: actor.name,
      changedAt: kit.clock.system(),
    });
  }
}

const write = (tx: Tx, row: Record<string, Scalar>): Promise<void> =>
  insertRows(tx, 'kill_switch', [row], {
    onConflict: ['scope'],
    update: ['active', 'reason', 'endsAt', 'decidedBy', 'changedAt'],
  });
