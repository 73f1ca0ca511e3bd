import { recordChange, type Actor } from '../kernel/access';
import { Conflict, NotFound } from '../kernel/errors';
import type { Kit } from '../kernel/kit';
import { decideMoment } from './moments/decide-moment';
import { aboutOrder, audit, enqueueOne, findOrder, jobs, visibleOutreach } from './outreach-kit';
import { endIfSettled, moveOrder, settleRest } from './settle';
import type { Choice } from './states';

/** What to do about an order of which WeCom's answer got lost and which its list did not show. */
export async function decideUnknown(
  kit: Kit,
  actor: Actor,
  { id, orderId, choice }: { id: string; orderId: string; choice: Choice },
): Promise<void> {
  const { kind } = await visibleOutreach(kit, actor, id);
  const order = await findOrder(kit.db.read, orderId);
  if (order?.outreachId !== id) throw new NotFound();
  const at = kit.clock.business();
  await kit.db.transact(async (tx) => {
    if (kind === 'moment') {
      if (!(await decideMoment(kit, tx, id, choice))) throw new Conflict('outreach_order_known');
      return recordChange(tx, actor, { ...audit(kit, 'decided', id), after: { choice } });
    }
    const move = (state: 'unclear' | 'queued' | 'refused', reason: string | null = null) =>
      moveOrder(tx, orderId, ['unknown'], {
        ...{ state, at, reason },
        ...(state === 'queued' && { askedAt: null }),
      });
    const isMoved =
      choice === 'look'
        ? await move('unclear')
        : choice === 'order'
          ? await move('queued')
          : await move('refused', 'dropped');
    if (!isMoved) throw new Conflict('outreach_order_known');
    if (choice === 'drop') {
      await settleRest(tx, orderId, { state: 'unknown', at });
      await endIfSettled(tx, id, at);
    } else {
      await enqueueOne(kit, tx, choice === 'look' ? jobs.look : jobs.order, aboutOrder(order), at);
    }
    const after = { userId: order.userId, choice };
    await recordChange(tx, actor, { ...audit(kit, 'decided', id), after });
  });
  kit.work.ring();
}
