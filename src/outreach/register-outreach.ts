import type { Kit } from '../kernel/kit';
import { cancelOrder } from './cancel-outreach';
import { lookBack } from './look-back';
import { orderRep } from './order-reps';
import { jobs, type OutreachParts } from './outreach-kit';
import { pollOrder } from './poll-order';
import { remindOrder } from './remind-reps';
import { cancelMoment } from './moments/cancel-moment';
import { lookBackMoment } from './moments/look-back-moment';
import { awaitMoment, orderMoment } from './moments/order-moment';
import { pollMoment } from './moments/poll-moment';
import { readMomentOfRep } from './moments/read-moment';
import { freezeOutreach } from './start-outreach';
import { outreachUses } from './outreach-uses';
import { registerTelling } from './tell-reps';

type OfOrder = { orderId: string; isCounted?: boolean };

/** The work of messages and moments through reps; call it once at wiring, in every role. */
export function registerOutreach(kit: Kit, parts: OutreachParts): void {
  kit.work.on(jobs.start, ({ payload }) =>
    freezeOutreach(kit, (payload as { outreachId: string }).outreachId),
  );
  kit.work.on(jobs.order, (job) => orderRep(kit, parts, job, (job.payload as OfOrder).orderId));
  kit.work.on(jobs.look, ({ id, payload }) =>
    lookBack(kit, parts, id, (payload as OfOrder).orderId),
  );
  kit.work.on(jobs.poll, ({ id, payload }) =>
    pollOrder(kit, parts, id, (payload as OfOrder).orderId),
  );
  kit.work.on(jobs.remind, ({ payload }) => remindOrder(kit, parts, payload as OfOrder));
  kit.work.on(jobs.cancel, ({ id, payload }) =>
    cancelOrder(kit, parts, id, (payload as OfOrder).orderId),
  );
  for (const [kind, step] of [
    [jobs.orderMoment, orderMoment],
    [jobs.awaitMoment, awaitMoment],
    [jobs.lookMoment, lookBackMoment],
    [jobs.pollMoment, pollMoment],
    [jobs.cancelMoment, cancelMoment],
  ] as const)
    kit.work.on(kind, ({ id, payload }) =>
      step(kit, parts, id, (payload as { outreachId: string }).outreachId),
    );
  kit.work.on(jobs.readMoment, ({ id, payload }) =>
    readMomentOfRep(kit, parts, id, (payload as OfOrder).orderId),
  );
  parts.attachments.usedBy(outreachUses);
  registerTelling(kit, parts);
}
