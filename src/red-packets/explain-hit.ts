import type { Kit } from '../kernel/kit';
import { judgeHit, type Refusal } from './judge-hit';
import { isInAudience } from './pay-for-keyword';

export type ExplainedHit = {
  name: string;
  code: 'would_pay' | Refusal;
  minFen: number;
  maxFen: number;
  endsAt: number | null;
};

type Asked = { promotionId: string; accountId: string; identityId: string | undefined };

/** What a hit would bring, for the bench: nothing is reserved. Without a person, as somebody who had none yet. */
export async function explainHit(
  kit: Pick<Kit, 'db' | 'clock' | 'settings'>,
  hit: Asked,
): Promise<ExplainedHit> {
  const [terms] = await kit.db.read.all<Omit<ExplainedHit, 'code'>>(
    `SELECT name, minFen, maxFen, endsAt FROM promotion WHERE id = ?`,
    [hit.promotionId],
  );
  const judged = await judgeHit(kit.db.read, kit, hit);
  const unknown = { name: '', minFen: 0, maxFen: 0, endsAt: null };
  return { ...(terms ?? unknown), code: await codeOf(kit, hit, judged) };
}

async function codeOf(
  kit: Pick<Kit, 'db' | 'clock' | 'settings'>,
  { identityId }: Asked,
  judged: Awaited<ReturnType<typeof judgeHit>>,
): Promise<ExplainedHit['code']> {
  if (judged.code === 'paid') return 'already';
  if (judged.code !== 'may') return judged.code;
  if (identityId === undefined) return 'would_pay';
  return (await isInAudience(kit, judged.terms, identityId)) ? 'would_pay' : 'not_eligible';
}
