import type { Actor } from '../kernel/access';
import {
  execute,
  insertOnce,
  insertRows,
  marksFor,
  select,
  type Raw,
  type Reader,
  type Scalar,
  type Tx,
} from '../kernel/database';
import type { CampaignRow, CampaignRunRow, CampaignStatus } from './campaign.entity';

export async function findCampaign(reader: Reader, id: string): Promise<CampaignRow | undefined> {
  const [row] = await reader.all<CampaignRow>(`SELECT * FROM campaign WHERE id = ?`, [id]);
  return row;
}

export async function readCampaign(at: Tx | Raw, id: string): Promise<CampaignRow | undefined> {
  const [row] = await select<CampaignRow>(at, `SELECT * FROM campaign WHERE id = ?`, [id]);
  return row;
}

/** Newest first, only of accounts the actor may see. */
export function listCampaigns(
  reader: Reader,
  actor: Actor,
  wanted: { status?: CampaignStatus; accountId?: string; before?: string; limit: number },
): Promise<CampaignRow[]> {
  const where: string[] = ['1 = 1'];
  const params: Scalar[] = [];
  const also = (text: string, ...values: Scalar[]) => {
    where.push(text);
    params.push(...values);
  };
  if (actor.accountIds !== 'all') {
    if (actor.accountIds.length === 0) return Promise.resolve([]);
    also(`accountId IN (${marksFor(actor.accountIds)})`, ...actor.accountIds);
  }
  if (wanted.status !== undefined) also('status = ?', wanted.status);
  if (wanted.accountId !== undefined) also('accountId = ?', wanted.accountId);
  if (wanted.before !== undefined) also('id < ?', wanted.before);
  return reader.all<CampaignRow>(
    `SELECT * FROM campaign WHERE ${where.join(' AND ')} ORDER BY id DESC LIMIT ${wanted.limit}`,
    params,
  );
}

export async function insertCampaign(tx: Tx, campaign: CampaignRow): Promise<void> {
  await insertRows(tx, 'campaign', [{ ...campaign }]);
}

/** Moves a campaign from one of `from`; false when it was elsewhere. */
export async function moveCampaign(
  at: Tx | Raw,
  id: string,
  from: readonly CampaignStatus[],
  set: { status: CampaignStatus; pauseReason?: string | null; now: number },
): Promise<boolean> {
  const changed = await execute(
    at,
    `UPDATE campaign SET status = ?, pauseReason = ?, updatedAt = ?, startedAt = COALESCE(startedAt, ?),
     finishedAt = ? WHERE id = ? AND status IN (${marksFor(from)})`,
    [
      set.status,
      set.pauseReason ?? null,
      set.now,
      set.now,
      set.status === 'finished' || set.status === 'cancelled' ? set.now : null,
      id,
      ...from,
    ],
  );
  return changed === 1;
}

/** False when a run of that moment exists: any number of processes make it once. */
export function insertRun(tx: Tx, run: CampaignRunRow): Promise<boolean> {
  return insertOnce(tx, 'campaign_run', { ...run }, ['campaignId', 'dueAt']);
}

export async function readRun(at: Tx | Raw, id: string): Promise<CampaignRunRow | undefined> {
  const [row] = await select<CampaignRunRow>(at, `SELECT * FROM campaign_run WHERE id = ?`, [id]);
  return row;
}

/** Ids of runs that are not over: frozen and still sending, or waiting to be frozen. */
export async function openRunIds(
  at: Tx | Raw,
  campaignId: string,
): Promise<{ frozen: string[]; waiting: string[] }> {
  const frozen = await select<{ id: string }>(
    at,
    `SELECT id FROM send_run WHERE isOpen = 1 AND campaignId = ?`,
    [campaignId],
  );
  const waiting = await select<{ id: string }>(
    at,
    `SELECT id FROM campaign_run WHERE campaignId = ? AND frozenAt IS NULL`,
    [campaignId],
  );
  return { frozen: frozen.map((run) => run.id), waiting: waiting.map((run) => run.id) };
}

export type RunRow = Pick<CampaignRunRow, 'id' | 'campaignId' | 'dueAt' | 'cause' | 'note'> & {
  state: string | null;
  finishedAt: number | null;
};

/** The runs of a campaign, latest first. */
export function listRuns(
  reader: Reader,
  campaignId: string,
  wanted: { before?: number; limit: number },
): Promise<RunRow[]> {
  const older = wanted.before === undefined ? '' : 'AND r.dueAt < ?';
  return reader.all<RunRow>(
    `SELECT r.id, r.campaignId, r.dueAt, r.cause, r.note, s.state, s.finishedAt FROM campaign_run r
     LEFT JOIN send_run s ON s.id = r.id WHERE r.campaignId = ? ${older}
     ORDER BY r.dueAt DESC LIMIT ${wanted.limit}`,
    wanted.before === undefined ? [campaignId] : [campaignId, wanted.before],
  );
}

/** Of each campaign its latest run that sent something or will. */
export async function latestRuns(
  reader: Reader,
  campaignIds: readonly string[],
): Promise<Map<string, string>> {
  if (campaignIds.length === 0) return new Map();
  const rows = await reader.all<{ id: string; campaignId: string }>(
    `SELECT r.id, r.campaignId FROM campaign_run r JOIN (SELECT campaignId, MAX(dueAt) AS dueAt
     FROM campaign_run WHERE note IS NULL AND campaignId IN (${marksFor(campaignIds)}) GROUP BY campaignId) last
     ON last.campaignId = r.campaignId AND last.dueAt = r.dueAt`,
    campaignIds,
  );
  return new Map(rows.map((row) => [row.campaignId, row.id]));
}

export async function segmentNames(
  reader: Reader,
  ids: readonly string[],
): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await reader.all<{ id: string; name: string }>(
    `SELECT id, name FROM segment WHERE id IN (${marksFor(ids)})`,
    ids,
  );
  return new Map(rows.map((row) => [row.id, row.name]));
}

/** The rule's JSON as it stands in the segment. */
export async function segmentRule(at: Tx | Raw, segmentId: string): Promise<string | undefined> {
  const [row] = await select<{ rule: string }>(at, `SELECT rule FROM segment WHERE id = ?`, [
    segmentId,
  ]);
  return row?.rule;
}
