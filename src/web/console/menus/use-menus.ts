import { computed, ref, watch } from 'vue';
import { api, type Page } from '../../shared/api/client';
import type { Tag } from '../../shared/api/types';
import { numberText } from '../../shared/i18n/format';
import { t } from '../../shared/i18n/i18n';
import { useLoad } from '../../shared/use/use-load';
import { officialAccounts } from '../layout/accounts-store';
import { useScope } from '../scope';
import type { Menu } from './menus';

/** The menus of one account, which of them is looked at, and for which tags there could be one more. */
export function useMenus() {
  const { accountId } = useScope();
  const picked = ref<string | null>(null);
  const account = computed(
    () =>
      officialAccounts().find(({ id }) => id === (picked.value ?? accountId.value)) ??
      officialAccounts()[0],
  );
  const accountPick = computed<string | null>({
    get: () => account.value?.id ?? null,
    set: (next) => (picked.value = next),
  });
  watch(accountId, () => (picked.value = null));

  const menus = useLoad(
    async (signal) =>
      account.value
        ? api.get<Page<Menu>>('/menus', { query: { accountId: account.value.id }, signal })
        : null,
    { watch: () => account.value?.id },
  );
  const tags = useLoad((signal) => api.get<Page<Tag>>('/tags', { query: { limit: 200 }, signal }));
  const items = computed(() => menus.data.value?.items ?? []);
  const chosenId = ref('');
  const chosen = computed(
    () => items.value.find(({ id }) => id === chosenId.value) ?? items.value[0] ?? null,
  );
  function put(menu: Menu): void {
    if (!menus.data.value) return;
    menus.data.value = {
      ...menus.data.value,
      items: items.value.map((one) => (one.id === menu.id ? menu : one)),
    };
  }
  async function reloadChosen(): Promise<void> {
    if (chosen.value) put(await api.get<Menu>(`/menus/${chosen.value.id}`));
  }

  const menuOptions = computed(() => [
    ...items.value.map((menu) => ({
      value: menu.id,
      label: menu.tag === null ? t('menus.default') : t('menus.for-tag', { name: menu.tag.name }),
      hint: t('menus.seen-by', { n: numberText(menu.followers) }),
    })),
  ]);
  const tagOptions = computed(() => {
    const used = new Set(items.value.map(({ tag }) => tag?.id));
    return (tags.data.value?.items ?? [])
      .filter(({ id }) => !used.has(id))
      .map(({ id, name, count }) => ({
        value: id,
        label: name,
        ...(count === undefined ? {} : { hint: t('menus.carried-by', { n: numberText(count) }) }),
      }));
  });

  return {
    ...{ account, accountPick, menus, items, chosenId, chosen, put, reloadChosen },
    ...{ menuOptions, tagOptions },
  };
}
