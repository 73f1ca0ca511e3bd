import type { Kit } from '../kernel/kit';
import { registerForgetLeft } from './forget-left';
import { registerErasure } from './erase-person';
import { registerClearEvents } from './sweep-events';

export { ClearedProfile, Erasure } from './forgetting.entity';
export { erasureOperations } from './erasure.operations';
export { planForgetLeft } from './forget-left';
export { retentionOperation } from './retention.operations';

/** What deletes what is not ours to keep. */
export function registerErasing(kit: Kit): void {
  registerClearEvents(kit);
  registerForgetLeft(kit);
  registerErasure(kit);
}
