import { computed, ref, type Ref } from 'vue';
import { api, type Page } from '../../shared/api/client';
import { useLoad } from '../../shared/use/use-load';
import type { Draft } from './campaign-draft';
import type { WeChatTemplate } from './campaigns';
import { shownFields } from './message';

/** The templates of the draft's account, and the one that is chosen. */
export function useTemplates(draft: Ref<Draft>) {
  const fresh = ref(false);
  const found = useLoad(
    async (signal) => {
      const { appId } = draft.value;
      if (appId === null) return null;
      return api.get<Page<WeChatTemplate>>('/wechat-templates', {
        query: { appId, fresh: fresh.value ? 1 : null },
        signal,
      });
    },
    { watch: () => draft.value.appId },
  );
  const list = computed(() => found.data.value?.items ?? []);
  const template = computed(
    () => list.value.find((one) => one.templateId === draft.value.templateId) ?? null,
  );
  const options = computed(() =>
    list.value.map((one) => ({ value: one.templateId, label: one.title })),
  );

  /** Somebody made one at WeChat just now. */
  async function askAgain(): Promise<void> {
    fresh.value = true;
    await found.reload();
    fresh.value = false;
  }

  /** What was written for fields that the new one has too stays. */
  function choose(id: string | null): void {
    if (id === null || id === draft.value.templateId) return;
    const next = list.value.find((one) => one.templateId === id);
    const keys = new Set(next ? shownFields(next).map((field) => field.key) : []);
    const data = Object.fromEntries(
      Object.entries(draft.value.data).filter(([key]) => keys.has(key)),
    );
    draft.value = { ...draft.value, templateId: id, data };
  }

  return { found, template, options, askAgain, choose };
}
