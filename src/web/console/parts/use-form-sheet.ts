import { ref, shallowRef, type Ref } from 'vue';
import { t } from '../../shared/i18n/i18n';
import { confirmWithNumbers } from '../../shared/notices/confirm';
import { useKeptDraft } from '../../shared/use/use-kept-draft';

/** Rows of a list that are written in a sheet above it: opened for one or for a new one, saved, or taken away. */
export function useFormSheet<R extends { id: string }, F extends object>(about: {
  /** Under what name typing is kept on this computer. */
  place: () => string;
  formOf: (row: R | null) => F;
  mayEdit: () => boolean;
  changed: () => Promise<unknown>;
}) {
  const isOpen = ref(false);
  const edited = shallowRef<R | null>(null);
  const form = ref(about.formOf(null)) as Ref<F>;
  const busy = ref(false);
  const failure = shallowRef<unknown>(null);
  const { keptAt, isChanged, forget, giveUp } = useKeptDraft(
    () => (isOpen.value ? `${about.place()}/${edited.value?.id ?? 'new'}` : null),
    form,
    { base: () => about.formOf(edited.value) },
  );

  function edit(row: R | null): void {
    if (!about.mayEdit()) return;
    edited.value = row;
    form.value = about.formOf(row);
    failure.value = null;
    isOpen.value = true;
  }

  function close(): void {
    forget();
    isOpen.value = false;
  }

  /** By Esc, by the cross, by a click beside it: what is typed is not lost by a slip. */
  async function leave(): Promise<void> {
    if (busy.value) return;
    const isFree =
      !isChanged() ||
      (await confirmWithNumbers({
        ...{ title: t('sheet.leave-title'), body: t('sheet.leave-text') },
        ...{ action: t('sheet.leave'), cancel: t('sheet.stay'), tone: 'bad' },
      }));
    if (isFree) close();
  }

  async function act(work: () => Promise<unknown>): Promise<void> {
    if (busy.value) return;
    busy.value = true;
    failure.value = null;
    try {
      await work();
      close();
      await about.changed();
    } catch (error) {
      failure.value = error;
    } finally {
      busy.value = false;
    }
  }
  return { isOpen, edited, form, busy, failure, keptAt, giveUp, edit, leave, act };
}
