import type { Kit } from '../kernel/kit';
import { runOnTick } from './open-run';

/** Lets promotions fire by their timetables; the pay loop does the rest. */
export function registerPromotionSchedule(kit: Pick<Kit, 'schedules' | 'newId' | 'clock'>): void {
  kit.schedules.on('promotion', (tx, tick) => runOnTick(tx, kit, tick));
}
