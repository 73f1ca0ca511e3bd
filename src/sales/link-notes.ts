import { insertRows, type Tx } from '../kernel/database';
import type { Kit } from '../kernel/kit';
import type { Stage } from './task.entity';

type Part = Pick<Kit, 'clock' | 'newId'>;
type Link = { linkId: string; identityId: string; accountId: string };

const fresh = { stage: null, stageAt: null, laterUntil: null };

/** How far a customer has come with this rep; null takes it back. */
export async function setStage(
  kit: Part,
  tx: Tx,
  { linkId, identityId, accountId }: Link,
  stage: Stage | null,
  by: string,
): Promise<number | null> {
  const at = kit.clock.business();
  const stageAt = stage === null ? null : at;
  await insertRows(tx, 'sales_link', [{ ...fresh, linkId, stage, stageAt }], {
    ...{ onConflict: ['linkId'], update: ['stage', 'stageAt'] },
  });
  if (stage === null) return null;
  await insertRows(tx, 'timeline_entry', [
    {
      ...{ id: kit.newId(), identityId, accountId, at, kind: `stage-${stage}` },
      ...{ params: JSON.stringify({ by }), refKind: null, refId: null },
    },
  ]);
  return stageAt;
}

/** Nothing is proposed about this customer until then. */
export function putOff(tx: Tx, linkId: string, laterUntil: number): Promise<void> {
  return insertRows(tx, 'sales_link', [{ ...fresh, linkId, laterUntil }], {
    ...{ onConflict: ['linkId'], update: ['laterUntil'] },
  });
}
