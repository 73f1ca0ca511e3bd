import { computed, ref, shallowRef, watch } from 'vue';
import { useRouter } from 'vue-router';
import { ApiError, errorText, fieldText } from '../../shared/api/api-error';
import { api } from '../../shared/api/client';
import { t, textOr } from '../../shared/i18n/i18n';
import { confirmWithNumbers } from '../../shared/notices/confirm';
import { notify, notifyError, offerUndo } from '../../shared/notices/notices';
import { useLeaveGuard } from '../../shared/use/use-leave-guard';
import { useLoad } from '../../shared/use/use-load';
import { isWritten, writtenBlocks } from './conditions';
import { blocksOf, pathsOf, ruleOf, uidOfProblem, type Block } from './rule';
import { loadFieldBook, loadUses, type FieldBook, type Segment } from './segments';

export const MAX_NAME = 64;

/** A segment while its rule is built: read, checked, saved, copied, forgotten. */
export function useSegment(id: () => string) {
  const router = useRouter();
  const isNew = computed(() => id() === 'new');
  const segment = shallowRef<Segment | null>(null);
  const name = ref('');
  const blocks = shallowRef<Block[]>([]);
  const busy = ref<'' | 'save' | 'copy' | 'delete'>('');
  const failure = shallowRef<unknown>(null);
  const triedToSave = ref(false);
  const ready = ref(false);

  const page = useLoad(async (signal): Promise<FieldBook> => {
    const [book, found] = await Promise.all([
      loadFieldBook(signal),
      isNew.value ? null : api.get<Segment>(`/segments/${id()}`, { signal }),
    ]);
    take(found);
    return book;
  });
  watch(id, (next) => {
    if (segment.value?.id !== next) void page.reload();
  });
  const uses = useLoad(loadUses);

  function take(found: Segment | null): void {
    segment.value = found;
    name.value = found?.name ?? '';
    blocks.value = found ? blocksOf(found.rule) : [];
    ready.value = true;
  }

  const fields = computed<FieldBook>(() => page.data.value ?? new Map());
  const used = computed(() => (isNew.value ? [] : (uses.data.value?.get(id()) ?? [])));
  const written = computed(() => writtenBlocks(blocks.value, fields.value));
  const unwritten = computed(
    () =>
      blocks.value.flatMap((block) =>
        block.kind === 'other'
          ? []
          : block.conditions.filter((one) => !isWritten(one, fields.value)),
      ).length,
  );
  const isChanged = computed(() => {
    if (!ready.value) return false;
    const before = segment.value;
    if (!before) return name.value.trim() !== '' || blocks.value.length > 0;
    const now = JSON.stringify(ruleOf(blocks.value));
    return (
      name.value.trim() !== before.name || now !== JSON.stringify(ruleOf(blocksOf(before.rule)))
    );
  });
  const { leaveFreely } = useLeaveGuard(
    () => isChanged.value,
    () => ({
      title: t('segments.leave-title'),
      body: t('segments.leave-text', { name: name.value.trim() || t('segments.unnamed') }),
      action: t('segments.leave'),
      cancel: t('segments.stay'),
      tone: 'bad',
    }),
  );

  /** What the server, or we, have to say about a condition, by its uid. */
  const problems = computed(() => {
    const found = new Map<number, string>();
    const paths = pathsOf(blocks.value);
    if (failure.value instanceof ApiError) {
      for (const { path, code, message } of failure.value.fields) {
        const uid = uidOfProblem(paths, path);
        if (uid !== null) found.set(uid, textOr(`segments.problem.${code}`, message));
      }
    }
    if (!triedToSave.value) return found;
    for (const block of blocks.value) {
      if (block.kind === 'other') continue;
      for (const one of block.conditions) {
        if (!isWritten(one, fields.value)) found.set(one.uid, t('segments.problem.value_missing'));
      }
    }
    return found;
  });
  const nameProblem = computed(() => {
    if (triedToSave.value && name.value.trim() === '') return t('segments.name-missing');
    return fieldText(failure.value, 'name');
  });
  const otherProblem = computed(() =>
    failure.value !== null && problems.value.size === 0 && nameProblem.value === ''
      ? errorText(failure.value)
      : '',
  );

  function isReady(): boolean {
    triedToSave.value = true;
    failure.value = null;
    return name.value.trim() !== '' && unwritten.value === 0;
  }

  async function save(): Promise<void> {
    if (busy.value !== '' || !isReady()) return;
    busy.value = 'save';
    const body = { name: name.value.trim(), rule: ruleOf(blocks.value) };
    try {
      const saved = isNew.value
        ? await api.post<Segment>('/segments', body)
        : await api.put<Segment>(`/segments/${id()}`, body);
      notify(t('segments.saved', { name: saved.name }));
      triedToSave.value = false;
      segment.value = saved;
      if (isNew.value) {
        leaveFreely();
        await router.replace(`/segments/${saved.id}`);
      }
    } catch (cause) {
      failure.value = cause;
    } finally {
      busy.value = '';
    }
  }

  async function saveCopy(): Promise<void> {
    if (busy.value !== '' || !isReady()) return;
    busy.value = 'copy';
    const body = {
      name: t('segments.copy-name', { name: name.value.trim() }).slice(0, MAX_NAME),
      rule: ruleOf(blocks.value),
    };
    try {
      const saved = await api.post<Segment>('/segments', body);
      notify(t('segments.copied', { name: saved.name }));
      leaveFreely();
      await router.push(`/segments/${saved.id}`);
    } catch (cause) {
      failure.value = cause;
    } finally {
      busy.value = '';
    }
  }

  async function isAgreed(gone: Segment): Promise<boolean> {
    const live = used.value.filter((use) => use.isLive);
    if (live.length === 0) return true;
    const names = live
      .map((use) => t('segments.quoted', { text: use.name }))
      .join(t('segments.and-names'));
    return confirmWithNumbers({
      title: t('segments.delete-title', { name: gone.name }),
      body: t('segments.delete-used', { n: live.length, names }),
      action: t('segments.delete-anyway'),
      cancel: t('segments.keep'),
      tone: 'bad',
    });
  }

  async function forget(): Promise<void> {
    const gone = segment.value;
    if (!gone || busy.value !== '' || !(await isAgreed(gone))) return;
    busy.value = 'delete';
    try {
      await api.delete(`/segments/${gone.id}`);
      leaveFreely();
      offerUndo(t('segments.deleted', { name: gone.name }), async () => {
        const again = await api.post<Segment>('/segments', { name: gone.name, rule: gone.rule });
        await router.push(`/segments/${again.id}`);
      });
      await router.push('/segments');
    } catch (cause) {
      notifyError(cause);
    } finally {
      busy.value = '';
    }
  }

  return {
    isNew,
    segment,
    name,
    blocks,
    busy,
    page,
    fields,
    used,
    written,
    unwritten,
    isChanged,
    problems,
    nameProblem,
    otherProblem,
    save,
    saveCopy,
    forget,
  };
}
