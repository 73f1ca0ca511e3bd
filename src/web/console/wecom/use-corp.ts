import { computed } from 'vue';
import { useAccounts } from '../layout/accounts-store';
import { useScope } from '../scope';

/** The corp a page is about: the one that is looked at, else the first. */
export function useCorp() {
  const { accounts, loaded } = useAccounts();
  const { accountId } = useScope();
  const corps = computed(() => accounts.value.filter(({ kind }) => kind === 'wecom'));
  const corp = computed(
    () => corps.value.find(({ id }) => id === accountId.value) ?? corps.value[0] ?? null,
  );
  /** The list is there, and no corp in it. */
  const isMissing = computed(() => loaded.value && corps.value.length === 0);
  return { corps, corp, loaded, isMissing };
}
