import type { Kit } from '../../kernel/kit';
import type { NewJob } from '../../kernel/work';

export type StaffLook = {
  accountId: string;
  /** A member whose userid is another one now. */
  renamed?: { from: string; to: string };
};

/** What is planned with reps looks again who of them is there. */
export const staffLookKind = 'look-at-staff';

export function staffLook(
  kit: Pick<Kit, 'clock' | 'newId'>,
  payload: StaffLook,
  mark: string,
): NewJob {
  const { accountId } = payload;
  return {
    ...{ id: kit.newId(), kind: staffLookKind, dedupeKey: `${accountId}:${mark}`, accountId },
    ...{ payload, priority: 3, dueAt: kit.clock.business(), createdAt: kit.clock.system() },
  };
}
