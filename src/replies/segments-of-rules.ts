import { select, type Tx } from '../kernel/database';

/** What rules need of segments, which replies do not know: handed in where things are joined. */
export type SegmentsOfRules = {
  /** Of these, the ones that hold for the identity. */
  holding(identityId: string, segmentIds: readonly string[]): Promise<ReadonlySet<string>>;
  /** By id; one that is not there is missing. */
  namesOf(segmentIds: readonly string[]): Promise<ReadonlyMap<string, string>>;
};

export const noSegments: SegmentsOfRules = {
  holding: () => Promise.resolve(new Set()),
  namesOf: () => Promise.resolve(new Map()),
};

/** Rules, drafts among them, that speak to this segment. */
export async function rulesUsing(tx: Tx, segmentId: string): Promise<number> {
  const [row] = await select<{ n: number }>(
    tx,
    `SELECT COUNT(*) AS n FROM reply_rule WHERE INSTR(conditions, ?) > 0`,
    [`"${segmentId}"`],
  );
  return Number(row?.n);
}
