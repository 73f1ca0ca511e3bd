import { computed } from 'vue';
import { useRoute, useRouter, type RouteLocationNormalized } from 'vue-router';

/** The account everything is looked at through lives in the address as `?account=`. */
let leaving = false;

/** Keeps the chosen account while going from page to page. */
export function carryScope(to: RouteLocationNormalized, from: RouteLocationNormalized) {
  const account = from.query['account'];
  if (leaving || account === undefined || to.query['account'] !== undefined) return true;
  return { path: to.path, hash: to.hash, query: { ...to.query, account }, replace: true };
}

export function useScope() {
  const route = useRoute();
  const router = useRouter();
  /** Null: all accounts this operator may see. */
  const accountId = computed(() => {
    const account = route.query['account'];
    return typeof account === 'string' && account !== '' ? account : null;
  });

  async function chooseAccount(id: string | null): Promise<void> {
    const query = { ...route.query };
    delete query['account'];
    if (id !== null) query['account'] = id;
    leaving = id === null;
    try {
      await router.replace({ query });
    } finally {
      leaving = false;
    }
  }

  return { accountId, chooseAccount };
}
