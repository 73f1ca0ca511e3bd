import type { Scalar } from '../kernel/database';
import type { Kit } from '../kernel/kit';
import { judgingNow, membersSql, readRule } from '../segments';

/** The query of everybody of one account whom a stored rule names: column `identityId`. */
export async function audienceSql(
  kit: Pick<Kit, 'db' | 'clock' | 'settings'>,
  segmentRule: string,
  accountId: string,
): Promise<{ sql: string; params: Scalar[] }> {
  const judging = await judgingNow(kit);
  const rule = readRule(JSON.parse(segmentRule), judging.fields);
  return membersSql(rule, judging, { accountId });
}
