import { computed, ref, shallowRef, watch } from 'vue';
import { api, type Page } from '../../shared/api/client';
import type { Account, WorkItem } from '../../shared/api/types';
import { t } from '../../shared/i18n/i18n';
import { notify, notifyError } from '../../shared/notices/notices';
import { useWork } from '../layout/work-store';

/** The sync of one account: started here or found running, and how it ended. */
export function useSync(account: () => Account | null, ended: () => Promise<void>) {
  const { work, lookNow } = useWork();
  const startedId = ref('');
  const starting = ref(false);
  const result = shallowRef<WorkItem | null>(null);
  const running = computed(
    () =>
      work.value.find((item) => item.id === startedId.value) ??
      work.value.find(
        (item) => item.kind.includes('sync') && item.title.includes(account()?.name ?? '—'),
      ),
  );

  /** Work that is over leaves the list of open work: how it ended is asked for. */
  async function settle(id: string): Promise<void> {
    const page = await api
      .get<Page<WorkItem>>('/work', { query: { limit: 50 } })
      .catch(() => ({ items: [] as WorkItem[] }));
    const found = page.items.find((item) => item.id === id);
    result.value = found && found.state !== 'running' ? found : null;
    await ended();
  }
  watch(
    () => running.value?.id,
    (now, before) => {
      if (now !== undefined) result.value = null;
      else if (before !== undefined) void settle(before);
    },
  );
  watch(
    () => account()?.id,
    () => (result.value = null),
  );

  async function start(): Promise<void> {
    const id = account()?.id;
    if (id === undefined) return;
    starting.value = true;
    try {
      const { progressId } = await api.post<{ progressId: string }>(`/accounts/${id}/sync`);
      startedId.value = progressId;
      notify(t('settings.sync-started'));
      await lookNow();
      // A small account may be read before anybody looks.
      if (!running.value) await settle(progressId);
    } catch (failure) {
      notifyError(failure);
    } finally {
      starting.value = false;
    }
  }

  return { running, result, starting, start };
}
