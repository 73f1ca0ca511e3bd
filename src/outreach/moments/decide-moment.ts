import type { Tx } from '../../kernel/database';
import { enqueueOne, jobs, type OutreachKit } from '../outreach-kit';
import type { Choice } from '../states';
import { aboutMoment, moveMoment, readMoment } from './moment-kit';
import { refuse } from './order-moment';

/** Of a moment there is one order: the choice is for all of its reps. False: it has been made already. */
export async function decideMoment(
  kit: OutreachKit,
  tx: Tx,
  id: string,
  choice: Choice,
): Promise<boolean> {
  const moment = await readMoment(tx, id);
  if (moment?.state !== 'unknown') return false;
  const at = kit.clock.business();
  if (choice === 'drop') {
    await refuse(tx, moment, 'dropped', at);
    return true;
  }
  const isLook = choice === 'look';
  const { askedAt, looks } = moment;
  const to = isLook
    ? ({ state: 'unclear', at, askedAt, looks } as const)
    : ({ state: 'queued', at, askedAt: null, looks: 0 } as const);
  if (!(await moveMoment(tx, id, ['unknown'], to))) return false;
  await enqueueOne(kit, tx, isLook ? jobs.lookMoment : jobs.orderMoment, aboutMoment(moment), at);
  return true;
}
