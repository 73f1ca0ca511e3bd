import { onScopeDispose, ref, shallowRef, watch, type Ref } from 'vue';
import { ApiError, isUnreached } from '../../shared/api/api-error';
import { readProfile } from '../client/sidebar-api';
import type { Profile } from '../client/types';
import { forgetProfile, keepProfile, keptProfile } from './kept-profiles';

const againMs = 5_000;

/** One customer as this rep may see them: what was known first, then what is true now. */
export function useContact(ext: Ref<string>, whose: () => string) {
  const profile = shallowRef<Profile>();
  const error = shallowRef<unknown>();
  /** What is shown is what was kept on this device. */
  const isOld = ref(false);
  const loading = ref(false);
  const isMissing = ref(false);
  let retry: ReturnType<typeof setTimeout> | undefined;

  async function load(): Promise<void> {
    const asked = ext.value;
    clearTimeout(retry);
    if (!asked) return;
    loading.value = true;
    try {
      const found = await readProfile(asked);
      if (asked !== ext.value) return;
      profile.value = found;
      [error.value, isOld.value, isMissing.value] = [undefined, false, false];
      keepProfile(whose(), found);
    } catch (failure) {
      if (asked !== ext.value) return;
      error.value = failure;
      if (failure instanceof ApiError && failure.status === 404) {
        forgetProfile(asked);
        profile.value = undefined;
        isMissing.value = true;
      } else if (isUnreached(failure)) {
        retry = setTimeout(() => void load(), againMs);
      }
    } finally {
      if (asked === ext.value) loading.value = false;
    }
  }

  function change(part: Partial<Profile>): void {
    if (!profile.value) return;
    profile.value = { ...profile.value, ...part };
    keepProfile(whose(), profile.value);
  }

  watch(
    ext,
    (id) => {
      profile.value = id ? keptProfile(whose(), id) : undefined;
      isOld.value = profile.value !== undefined;
      [error.value, isMissing.value] = [undefined, false];
      void load();
    },
    { immediate: true },
  );
  onScopeDispose(() => clearTimeout(retry));

  return { ext, profile, error, isOld, loading, isMissing, load, change };
}

export type Contact = ReturnType<typeof useContact>;
