import { onScopeDispose, ref, shallowRef, watch, type Ref } from 'vue';
import { ApiError } from '../../shared/api/api-error';
import { api } from '../../shared/api/client';
import { notifyError } from '../../shared/notices/notices';
import type { DraftEntry, LiveMenu, Menu } from './menus';

const quietMs = 600;
const lookMs = 1_500;

/** One menu at work: its draft saves itself, what WeChat makes of it is looked at until it is settled. */
export function useMenu(chosen: Ref<Menu | null>, onChanged: (menu: Menu) => void) {
  const draft = shallowRef<DraftEntry[]>([]);
  const saving = ref(false);
  /** Somebody else saved: nothing is written over until it was read again. */
  const conflict = shallowRef<unknown>(null);
  const live = shallowRef<LiveMenu | null>(null);
  const liveError = shallowRef<unknown>(null);
  let saved = '';
  let timer: ReturnType<typeof setTimeout> | undefined;
  let looking: ReturnType<typeof setTimeout> | undefined;
  let running: Promise<void> = Promise.resolve();

  const isDirty = () => JSON.stringify(draft.value) !== saved;

  function take(menu: Menu | null): void {
    draft.value = menu?.draft ?? [];
    saved = JSON.stringify(draft.value);
    conflict.value = null;
  }

  async function readLive(): Promise<void> {
    const menu = chosen.value;
    live.value = null;
    liveError.value = null;
    if (!menu || menu.publishedAt === null || menu.state === 'publishing') return;
    try {
      const found = await api.get<LiveMenu>(`/menus/${menu.id}/live`);
      if (chosen.value?.id === menu.id) live.value = found;
    } catch (error) {
      liveError.value = error;
    }
  }

  watch(
    () => chosen.value?.id,
    () => {
      take(chosen.value);
      void readLive();
    },
    { immediate: true },
  );
  watch(
    () => chosen.value?.state,
    (state, before) => {
      clearTimeout(looking);
      if (state === 'publishing') look();
      else if (before === 'publishing') void readLive();
    },
    { immediate: true },
  );

  function look(): void {
    looking = setTimeout(() => {
      void (async () => {
        const id = chosen.value?.id;
        if (id === undefined) return;
        try {
          const menu = await api.get<Menu>(`/menus/${id}`);
          if (chosen.value?.id === id) onChanged(menu);
        } catch {
          // The next look asks again.
        }
        if (chosen.value?.state === 'publishing') look();
      })();
    }, lookMs);
  }

  function write(entries: DraftEntry[]): void {
    draft.value = entries;
    clearTimeout(timer);
    timer = setTimeout(() => void flush(), quietMs);
  }

  /** One save after the other, each with the revision of the one before. */
  function flush(): Promise<void> {
    clearTimeout(timer);
    running = running.then(save);
    return running;
  }

  async function save(): Promise<void> {
    const menu = chosen.value;
    if (!menu || !isDirty() || conflict.value) return;
    saving.value = true;
    const sent = JSON.stringify(draft.value);
    try {
      const body = { draft: draft.value, revision: menu.revision };
      const next = await api.put<Menu>(`/menus/${menu.id}`, body);
      saved = sent;
      if (chosen.value?.id === menu.id) onChanged(next);
    } catch (error) {
      if (error instanceof ApiError && error.code === 'menu_changed_meanwhile') {
        conflict.value = error;
      } else notifyError(error);
    } finally {
      saving.value = false;
    }
  }

  /** Takes an answer that changed the draft on the server. */
  function replace(menu: Menu): void {
    onChanged(menu);
    take(menu);
  }

  onScopeDispose(() => {
    clearTimeout(timer);
    clearTimeout(looking);
    if (isDirty()) void save();
  });

  return { draft, saving, conflict, live, liveError, write, flush, replace, readLive, isDirty };
}
