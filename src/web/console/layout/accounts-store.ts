import { ref, shallowRef } from 'vue';
import { api, type Page } from '../../shared/api/client';
import type { Account } from '../../shared/api/types';

const accounts = shallowRef<Account[]>([]);
/** Asked and answered: from then on an empty list means that there are none. */
const loaded = ref(false);
let asked: Promise<void> | null = null;

/** The accounts this operator may see, asked once and shared by every page; `fresh` asks again. */
export function useAccounts(fresh = false) {
  if (fresh || asked === null) {
    asked = api
      .get<Page<Account>>('/accounts', { query: { limit: 200 } })
      .then((page) => {
        accounts.value = page.items;
        loaded.value = true;
      })
      .catch(() => {
        asked = null;
      });
  }
  return { accounts, loaded, ready: asked };
}

export function accountName(id: string | null): string {
  return accounts.value.find((account) => account.id === id)?.name ?? '';
}
