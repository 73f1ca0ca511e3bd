import { computed } from 'vue';
import type { KnownAccount } from '../../shared/api/types';
import { knownSession, session } from '../session/session';

const accounts = computed(() => session.value?.accounts ?? []);
/** Asked and answered: from then on an empty list means that there are none. */
const loaded = computed(() => session.value !== null);

/** The accounts this operator may see, as the session tells them; `fresh` asks again. */
export function useAccounts(fresh = false) {
  const ready = knownSession(fresh).catch(() => null);
  return { accounts, loaded, ready };
}

export const officialAccounts = (): KnownAccount[] =>
  accounts.value.filter(({ kind }) => kind === 'official-account');

export function accountName(id: string | null): string {
  return accounts.value.find((account) => account.id === id)?.name ?? '';
}
