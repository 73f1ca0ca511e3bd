import { computed, ref, shallowRef, watch } from 'vue';
import { useRouter } from 'vue-router';
import { ApiError, errorText } from '../../shared/api/api-error';
import { api } from '../../shared/api/client';
import { useLastMoment } from '../../shared/use/use-last-moment';
import { useLoad } from '../../shared/use/use-load';
import { dropLocalDraft, keepLocalDraft, readLocalDraft } from '../../shared/use/local-draft';
import { bodyOf, draftOf, newDraft, type Draft } from './campaign-draft';
import type { CampaignDetail, WeChatTemplate } from './campaigns';

const KEEP_MS = 400;

/** A campaign while it is written: read, kept on this computer as it is typed, and saved to the server. */
export function useCampaignDraft(id: () => string) {
  const router = useRouter();
  const draft = ref<Draft>(newDraft());
  const saved = shallowRef<CampaignDetail | null>(null);
  const savedText = ref('');
  const savedAt = ref<number | null>(null);
  const saving = ref(false);
  const failure = shallowRef<unknown>(null);

  const campaignId = computed(() => saved.value?.id ?? (id() === 'new' ? null : id()));
  const isChanged = computed(() => JSON.stringify(draft.value) !== savedText.value);
  const localKey = computed(() => `campaign.${id()}`);

  function take(found: CampaignDetail): void {
    saved.value = found;
    draft.value = draftOf(found);
    savedText.value = JSON.stringify(draft.value);
    savedAt.value = Date.parse(found.updatedAt);
  }

  function takeWhatWasTyped(): void {
    const kept = readLocalDraft<Draft>(localKey.value);
    if (kept) draft.value = kept.draft;
  }

  const page = useLoad(
    async (signal) => {
      if (id() === 'new') {
        takeWhatWasTyped();
        return null;
      }
      if (saved.value?.id === id()) return saved.value;
      const found = await api.get<CampaignDetail>(`/campaigns/${id()}`, { signal });
      if (found.status !== 'draft') {
        await router.replace(`/campaigns/${found.id}`);
        return found;
      }
      take(found);
      takeWhatWasTyped();
      return found;
    },
    { watch: id, keep: true },
  );

  let timer: ReturnType<typeof setTimeout> | undefined;
  watch(
    draft,
    () => {
      clearTimeout(timer);
      timer = setTimeout(keep, KEEP_MS);
    },
    { deep: true },
  );
  function keep(): void {
    if (page.loading.value) return;
    const isEmpty =
      saved.value === null && draft.value.name === '' && draft.value.templateId === null;
    if (isEmpty || !isChanged.value) dropLocalDraft(localKey.value);
    else keepLocalDraft(localKey.value, draft.value, Date.now());
  }
  useLastMoment(() => {
    clearTimeout(timer);
    keep();
  });

  async function save(template: WeChatTemplate | null): Promise<boolean> {
    if (!isChanged.value && saved.value) return true;
    if (saving.value) return false;
    saving.value = true;
    failure.value = null;
    const key = localKey.value;
    try {
      const known = campaignId.value;
      const body = bodyOf(draft.value, template, saved.value);
      const found = known
        ? await api.put<CampaignDetail>(`/campaigns/${known}`, body)
        : await api.post<CampaignDetail>('/campaigns', body);
      dropLocalDraft(key);
      take(found);
      return true;
    } catch (error) {
      failure.value = error;
      return false;
    } finally {
      saving.value = false;
    }
  }

  /** Nothing of it is wanted any more, here either. */
  function forget(): void {
    savedText.value = JSON.stringify(draft.value);
    dropLocalDraft(localKey.value);
  }

  function serverProblem(path: string): string {
    const { value } = failure;
    if (!(value instanceof ApiError)) return '';
    const own = value.fields.find((one) => one.path === path)?.message;
    return own ?? (value.body['path'] === path ? errorText(value) : '');
  }
  /** What the server refused has its place in the message. */
  const failedInMessage = computed(() => {
    const { value } = failure;
    if (!(value instanceof ApiError)) return false;
    const paths = [...value.fields.map((one) => one.path), String(value.body['path'] ?? '')];
    return paths.some((path) => path.startsWith('message'));
  });
  const otherProblem = computed(() => {
    const { value } = failure;
    if (value === null) return '';
    return value instanceof ApiError && value.fields.length > 0 ? '' : errorText(value);
  });

  return {
    draft,
    saved,
    savedAt,
    saving,
    campaignId,
    isChanged,
    page,
    save,
    forget,
    serverProblem,
    failedInMessage,
    otherProblem,
  };
}
