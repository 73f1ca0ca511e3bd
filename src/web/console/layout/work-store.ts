import { computed, onMounted, onUnmounted, shallowRef } from 'vue';
import { api, type Page } from '../../shared/api/client';
import { can } from '../session/session';
import type { WorkItem } from '../../shared/api/types';

const items = shallowRef<WorkItem[]>([]);
let listeners = 0;
let timer: ReturnType<typeof setTimeout> | undefined;

async function look(): Promise<void> {
  clearTimeout(timer);
  if (!can('work.read')) return;
  if (!document.hidden) {
    const page = await api.get<Page<WorkItem>>('/work', { query: { open: 1 } }).catch(() => null);
    if (page) items.value = page.items;
  }
  if (listeners > 0) timer = setTimeout(look, items.value.length > 0 ? 2_000 : 15_000);
}

/** Long work of the whole installation; asked often while there is some, seldom when there is none. */
export function useWork() {
  onMounted(() => {
    listeners += 1;
    if (listeners === 1) void look();
  });
  onUnmounted(() => {
    listeners -= 1;
    if (listeners === 0) clearTimeout(timer);
  });
  return { work: computed(() => items.value), lookNow: look };
}

/** Call after starting something long, so that the ring shows it at once. */
export function lookForWork(): void {
  void look();
}
