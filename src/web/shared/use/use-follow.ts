import { onScopeDispose, watch } from 'vue';

/** Facts moved: looks again, at most once in `everyMs`, and never while a look is under way. */
export function useFollow(
  facts: () => unknown,
  list: { loading: { value: boolean }; reload: () => Promise<void> },
  everyMs = 2_000,
): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  watch(
    () => JSON.stringify(facts()),
    () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        if (!list.loading.value) void list.reload();
      }, everyMs);
    },
  );
  onScopeDispose(() => clearTimeout(timer));
}
