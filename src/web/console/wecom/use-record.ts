import { computed, ref, watch, type Ref } from 'vue';
import { useRouter } from 'vue-router';
import { api } from '../../shared/api/client';
import { t } from '../../shared/i18n/i18n';
import { confirmWithNumbers } from '../../shared/notices/confirm';
import { notify, notifyError } from '../../shared/notices/notices';
import { useKeptDraft } from '../../shared/use/use-kept-draft';
import { useLoad } from '../../shared/use/use-load';
import { askToOverwrite } from './ask-to-overwrite';
import { useCorp } from './use-corp';

type Kept = { id: string; version: number; name: string; accountId: string };

/** One thing of a corp that is made, changed and taken away on a page of its own: a code, a link, a greeting. */
export function useRecord<R extends Kept, F extends object>(about: {
  id: () => string;
  /** Of the API, and of the list it stands in. */
  path: string;
  home: string;
  /** Of a new one, where several kinds stand in the list. */
  kind?: () => string;
  /** What is typed into, and how it is filled: from a row, or blank. */
  form: Ref<F>;
  formOf: (row: R | null) => F;
  /** The form as the API takes it; what only a new one has. */
  written: () => object;
  once?: () => object;
  isWhole: () => boolean;
  words: { made: () => string; saved: () => string; removeText: (row: R) => string };
}) {
  const { path, home, form, words } = about;
  const router = useRouter();
  const { corp, corps, isMissing } = useCorp();
  const isNew = computed(() => about.id() === 'new');
  const page = useLoad<R | null>(
    async (signal) => (isNew.value ? null : api.get<R>(`${path}/${about.id()}`, { signal })),
    { watch: about.id, keep: true },
  );
  const accountId = computed(() => page.data.value?.accountId ?? corp.value?.id ?? null);
  const busy = ref(false);
  const failure = ref<unknown>(null);
  const before = ref('');
  /** Of the row in the form; a row that is read anew while somebody writes does not move it. */
  const seen = ref(0);
  /** Under what name typing is kept: of the row in the form, or of a new one of this corp. */
  const place = ref<string | null>(null);
  const { keptAt, isChanged, forget, giveUp } = useKeptDraft(() => place.value, form, {
    base: () => JSON.parse(before.value) as F,
    version: seen,
  });

  function take(row: R | null): void {
    place.value = null;
    form.value = about.formOf(row);
    seen.value = row?.version ?? 0;
    before.value = JSON.stringify(form.value);
    if (row) place.value = `${path}/${row.id}`;
    else if (isNew.value && accountId.value) place.value = placeOfNew(accountId.value);
  }
  const placeOfNew = (corpId: string) => `${path}/new/${about.kind?.() ?? ''}/${corpId}`;
  watch(
    page.data,
    (row, old) => {
      // WeCom answered meanwhile; what is being written stays.
      if (row && old?.id === row.id && isChanged()) return;
      take(row);
    },
    { immediate: true },
  );
  watch(accountId, (corpId) => {
    if (isNew.value && corpId !== null) place.value ??= placeOfNew(corpId);
  });

  async function save(version = seen.value): Promise<void> {
    if (busy.value || !about.isWhole() || accountId.value === null) return;
    busy.value = true;
    failure.value = null;
    try {
      if (isNew.value) {
        const body = { ...about.written(), accountId: accountId.value, ...about.once?.() };
        const made = await api.post<R>(path, body);
        showSaved(made);
        notify(words.made());
        await router.replace(`${home}/${made.id}`);
      } else {
        const body = { ...about.written(), version };
        showSaved(await api.put<R>(`${path}/${about.id()}`, body));
        notify(words.saved());
      }
    } catch (error) {
      failure.value = error;
    } finally {
      busy.value = false;
    }
    const over = await askToOverwrite(failure.value);
    if (over !== undefined) await save(over);
  }
  function showSaved(row: R): void {
    forget();
    take(row);
    page.data.value = row;
  }

  async function remove(): Promise<void> {
    const row = page.data.value;
    if (!row) return;
    const agreed = await confirmWithNumbers({
      title: t('ways.remove-title', { name: row.name }),
      body: words.removeText(row),
      action: t('ways.remove'),
      tone: 'bad',
    });
    if (!agreed) return;
    try {
      await api.post(`${path}/${row.id}/remove`);
      forget();
      place.value = null;
      notify(t('ways.removed'));
      await router.replace(home);
    } catch (error) {
      notifyError(error);
    }
  }
  const canSave = computed(() => about.isWhole() && (isNew.value || isChanged()));
  return {
    ...{ page, isNew, accountId, corp, corps, isMissing, busy, failure },
    ...{ canSave, save: () => save(), remove, keptAt, giveUp },
  };
}
