import { api, type Page } from '../../shared/api/client';
import { numberText } from '../../shared/i18n/format';
import { t } from '../../shared/i18n/i18n';
import type { PageQuery } from '../../shared/use/use-paged';

export interface Rep {
  id: string;
  accountId: string;
  userId: string;
  name: string;
  position: string | null;
  status: string;
  friends: number;
  added: number;
  lost: number;
  dropped: number;
  returned: number;
  rooms: number;
}
export interface RepDetail extends Rep {
  codes: { id: string; name: string; kind: string }[];
}
/** What other parts of the server know of a rep. */
export interface Doing {
  tasks: { open: number; late: number };
  sends: number;
  opened: number;
  signedInAt: string | null;
}
export type ListedRep = Rep & { codes: number } & Doing;

const idle: Doing = { tasks: { open: 0, late: 0 }, sends: 0, opened: 0, signedInAt: null };

/** What these reps have to do, sent, and when they last signed in to the sidebar; by their userid. */
export async function loadDoings(
  accountId: string,
  userIds: readonly string[],
  signal: AbortSignal,
): Promise<(userId: string) => Doing> {
  if (userIds.length === 0) return () => idle;
  const at = `/accounts/${accountId}`;
  const asked = { query: { userIds: userIds.join(',') }, signal };
  const [work, sessions] = await Promise.all([
    api.get<{ items: (Omit<Doing, 'signedInAt'> & { userId: string })[] }>(`${at}/rep-work`, asked),
    api.get<{ items: { userId: string; signedInAt: string }[] }>(`${at}/rep-sessions`, asked),
  ]);
  return (userId) => ({
    ...idle,
    ...work.items.find((one) => one.userId === userId),
    signedInAt: sessions.items.find((one) => one.userId === userId)?.signedInAt ?? null,
  });
}

export async function loadReps(
  accountId: string,
  query: PageQuery & Record<string, string | number>,
  signal: AbortSignal,
): Promise<Page<ListedRep>> {
  const path = `/accounts/${accountId}/reps`;
  const page = await api.get<Page<Rep & { codes: number }>>(path, { query, signal });
  const userIds = page.items.map(({ userId }) => userId);
  const doingOf = await loadDoings(accountId, userIds, signal);
  return { ...page, items: page.items.map((row) => ({ ...row, ...doingOf(row.userId) })) };
}

/** Who left and still has customers or rooms that somebody should take. */
export const handOverTo = ({ accountId, userId, friends, rooms }: Rep): string | undefined =>
  friends + rooms > 0
    ? `/wecom/handovers/new?corp=${accountId}&from=${encodeURIComponent(userId)}`
    : undefined;

export const lateText = ({ tasks }: Doing): string =>
  tasks.late === 0 ? '' : t('reps.late', { n: numberText(tasks.late) });
