import { ref, watch, type Ref } from 'vue';
import { t } from '../i18n/i18n';
import { offerUndo } from '../notices/notices';
import { dropLocalDraft, keepLocalDraft, readLocalDraft } from './local-draft';
import { useLastMoment } from './use-last-moment';

const PAUSE_MS = 400;

/**
 * What is typed and not on the server yet stays on this computer, also when the page is left, and is there again
 * as soon as its form is: when `place` has a name, the form holds `base`.
 */
export function useKeptDraft<T extends object>(
  place: () => string | null,
  draft: Ref<T>,
  about: {
    /** The form as the server has it, or a blank one. */
    base: () => T;
    isChanged?: () => boolean;
    /** Of what the form was filled from: what was begun on an older one stays on that. */
    version?: Ref<number>;
  },
) {
  const keptAt = ref<number | null>(null);
  let keptText = '';
  let timer: ReturnType<typeof setTimeout> | undefined;
  const isChanged =
    about.isChanged ?? (() => JSON.stringify(draft.value) !== JSON.stringify(about.base()));

  function keep(): void {
    clearTimeout(timer);
    const key = place();
    if (key === null) return;
    if (!isChanged()) {
      if (keptAt.value !== null) forget();
      return;
    }
    const text = JSON.stringify(draft.value);
    if (keptAt.value !== null && text === keptText) return;
    keptText = text;
    keptAt.value = Date.now();
    const version = about.version?.value;
    keepLocalDraft(key, draft.value, keptAt.value, version === undefined ? {} : { version });
  }

  /** It is on the server now, or nobody wants it. */
  function forget(): void {
    clearTimeout(timer);
    const key = place();
    if (key !== null) dropLocalDraft(key);
    keptAt.value = null;
  }

  function giveUp(): void {
    const before = draft.value;
    forget();
    draft.value = JSON.parse(JSON.stringify(about.base())) as T;
    offerUndo(t('draft.given-up'), () => {
      draft.value = before;
    });
  }

  /** What was typed here before; what it does not know yet stays as it is. */
  function takeKept(key: string): void {
    const kept = readLocalDraft<T>(key);
    if (!kept) return;
    draft.value = { ...draft.value, ...kept.draft };
    if (!isChanged()) return forget();
    if (about.version && kept.version !== undefined) about.version.value = kept.version;
    keptText = JSON.stringify(draft.value);
    keptAt.value = kept.savedAt;
  }

  watch(
    place,
    (key) => {
      clearTimeout(timer);
      keptAt.value = null;
      if (key !== null) takeKept(key);
    },
    { immediate: true, flush: 'sync' },
  );
  watch(
    draft,
    () => {
      clearTimeout(timer);
      if (place() !== null) timer = setTimeout(keep, PAUSE_MS);
    },
    { deep: true },
  );
  useLastMoment(keep);
  return { keptAt, isChanged, forget, giveUp };
}
