import { api } from '../../shared/api/client';
import { t } from '../../shared/i18n/i18n';

export interface Rep {
  userId: string;
  name: string;
}

export interface StaffMember extends Rep {
  position: string | null;
  status: string;
}

export const loadStaff = async (accountId: string, signal?: AbortSignal): Promise<StaffMember[]> =>
  (
    await api.get<{ items: StaffMember[] }>(
      `/accounts/${accountId}/staff`,
      signal === undefined ? {} : { signal },
    )
  ).items;

/** Those whom no customer reaches: they left, are disabled, or are shown to us no longer while others are. */
export function absentOf(staff: readonly StaffMember[]): StaffMember[] {
  const isTold = staff.some(({ status }) => status === 'active');
  const gone = ['disabled', 'quit', ...(isTold ? ['unknown'] : [])];
  return staff.filter(({ status }) => gone.includes(status));
}

/** To choose from: who is there, and of the others those who were chosen before they went. */
export function staffOptions(staff: readonly StaffMember[], chosen: readonly string[]) {
  const absent = absentOf(staff);
  return staff
    .filter((one) => !absent.includes(one) || chosen.includes(one.userId))
    .map((one) => ({
      ...{ value: one.userId, name: one.name },
      ...(absent.includes(one) && {
        mark: t(one.status === 'disabled' ? 'ways.is-disabled' : 'ways.has-left'),
      }),
    }));
}
