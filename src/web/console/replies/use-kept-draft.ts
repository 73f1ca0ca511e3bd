import { ref, watch, type Ref } from 'vue';
import { useLastMoment } from '../../shared/use/use-last-moment';
import { dropLocalDraft, keepLocalDraft, readLocalDraft } from './local-draft';

const PAUSE_MS = 400;

/** What is typed and not on the server yet stays on this computer, also when the page is left. */
export function useKeptDraft<T extends object>(
  key: string,
  draft: Ref<T>,
  { ready, isChanged }: { ready: Readonly<Ref<boolean>>; isChanged: () => boolean },
) {
  const keptAt = ref<number | null>(null);
  let timer: ReturnType<typeof setTimeout> | undefined;

  function keep(): void {
    if (!isChanged()) {
      if (keptAt.value !== null) dropLocalDraft(key);
      keptAt.value = null;
      return;
    }
    keptAt.value = Date.now();
    keepLocalDraft(key, draft.value, keptAt.value);
  }

  function forget(): void {
    clearTimeout(timer);
    dropLocalDraft(key);
    keptAt.value = null;
  }

  /** What was typed here before; what it does not know yet stays as it is. */
  function takeKept(): void {
    const kept = readLocalDraft<T>(key);
    if (!kept) return;
    draft.value = { ...draft.value, ...kept.draft };
    keptAt.value = kept.savedAt;
  }

  watch(
    draft,
    () => {
      if (!ready.value) return;
      clearTimeout(timer);
      timer = setTimeout(keep, PAUSE_MS);
    },
    { deep: true },
  );
  useLastMoment(() => {
    clearTimeout(timer);
    if (ready.value) keep();
  });
  return { keptAt, forget, takeKept };
}
