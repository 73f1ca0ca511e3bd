import { ref, shallowRef } from 'vue';
import { api } from '../../shared/api/client';
import { useReconnect } from '../../shared/use/use-reconnect';
import type { Plan } from './campaigns';

/** A big segment is counted person by person. */
const PLAN_MS = 60_000;

/** Who would get it and who not; made for the draft as it is saved. */
export function useCampaignPlan(id: () => string | null) {
  const plan = shallowRef<Plan | null>(null);
  const error = shallowRef<unknown>(null);
  const planning = ref(false);

  const reconnect = useReconnect(() => make());

  async function make(): Promise<void> {
    const wanted = id();
    if (wanted === null || planning.value) return;
    planning.value = true;
    error.value = null;
    try {
      plan.value = await api.post<Plan>(
        `/campaigns/${wanted}/plan`,
        {},
        { timeoutMs: PLAN_MS, reads: true },
      );
      reconnect.ended(null);
    } catch (failure) {
      error.value = failure;
      reconnect.ended(failure);
    } finally {
      planning.value = false;
    }
  }

  return { plan, error, planning, make };
}
