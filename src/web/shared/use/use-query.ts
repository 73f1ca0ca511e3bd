import { computed, type WritableComputedRef } from 'vue';
import { useRoute, useRouter } from 'vue-router';

/** One filter that lives in the address, so that a view can be shared. Empty text means "not set". */
export function useQuery(name: string): WritableComputedRef<string> {
  const route = useRoute();
  const router = useRouter();
  return computed({
    get: () => {
      const value = route.query[name];
      return typeof value === 'string' ? value : '';
    },
    set: (value) => {
      const query = { ...route.query };
      if (value === '') delete query[name];
      else query[name] = value;
      void router.replace({ query });
    },
  });
}
