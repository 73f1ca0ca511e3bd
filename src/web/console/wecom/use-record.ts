import { computed, ref, watch } from 'vue';
import { useRouter } from 'vue-router';
import { api } from '../../shared/api/client';
import { t } from '../../shared/i18n/i18n';
import { confirmWithNumbers } from '../../shared/notices/confirm';
import { notify, notifyError } from '../../shared/notices/notices';
import { useLeaveGuard } from '../../shared/use/use-leave-guard';
import { useLoad } from '../../shared/use/use-load';
import { askToOverwrite } from './ask-to-overwrite';
import { useCorp } from './use-corp';

type Kept = { id: string; version: number; name: string; accountId: string };

/** One thing of a corp that is made, changed and taken away on a page of its own: a code, a link, a greeting. */
export function useRecord<R extends Kept>(about: {
  id: () => string;
  /** Of the API, and of the list it stands in. */
  path: string;
  home: string;
  /** Into the form, or a blank form. */
  take: (row: R | null) => void;
  /** The form as the API takes it; what only a new one has. */
  written: () => object;
  once?: () => object;
  isWhole: () => boolean;
  words: { made: () => string; saved: () => string; removeText: (row: R) => string };
}) {
  const { path, home, words } = about;
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
  const isChanged = computed(() => JSON.stringify(about.written()) !== before.value);

  function take(row: R | null): void {
    about.take(row);
    seen.value = row?.version ?? 0;
    before.value = JSON.stringify(about.written());
  }
  watch(
    page.data,
    (row, old) => {
      // WeCom answered meanwhile; what is being written stays.
      if (row && old?.id === row.id && isChanged.value) return;
      take(row);
    },
    { immediate: true },
  );
  const { leaveFreely } = useLeaveGuard(
    () => isChanged.value,
    () => ({ title: t('ways.leave-title'), body: t('ways.leave-text'), action: t('ways.leave') }),
  );

  async function save(version = seen.value): Promise<void> {
    if (busy.value || !about.isWhole() || accountId.value === null) return;
    busy.value = true;
    failure.value = null;
    try {
      if (isNew.value) {
        const body = { ...about.written(), accountId: accountId.value, ...about.once?.() };
        const made = await api.post<R>(path, body);
        leaveFreely();
        notify(words.made());
        await router.replace(`${home}/${made.id}`);
      } else {
        const body = { ...about.written(), version };
        const saved = await api.put<R>(`${path}/${about.id()}`, body);
        take(saved);
        page.data.value = saved;
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
      leaveFreely();
      notify(t('ways.removed'));
      await router.replace(home);
    } catch (error) {
      notifyError(error);
    }
  }
  const canSave = computed(() => about.isWhole() && (isNew.value || isChanged.value));
  return {
    ...{ page, isNew, accountId, corp, corps, isMissing, busy, failure },
    ...{ isChanged, canSave, save: () => save(), remove },
  };
}
