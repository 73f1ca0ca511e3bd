import { onUnmounted, shallowRef, watchEffect } from 'vue';

export interface Crumb {
  text: string;
  to?: string;
}

/** What the present page adds behind its route's crumbs: the name of the thing that is open. */
export const pageCrumbs = shallowRef<{ owner: symbol; crumbs: readonly Crumb[] } | null>(null);

export function useBreadcrumb(crumbs: () => readonly Crumb[]): void {
  const owner = Symbol('page');
  watchEffect(() => {
    pageCrumbs.value = { owner, crumbs: crumbs() };
  });
  onUnmounted(() => {
    if (pageCrumbs.value?.owner === owner) pageCrumbs.value = null;
  });
}
