import { computed, ref, shallowRef } from 'vue';
import { ApiError } from '../../shared/api/api-error';
import { api } from '../../shared/api/client';
import { numberText } from '../../shared/i18n/format';
import { t } from '../../shared/i18n/i18n';
import { notify, notifyError } from '../../shared/notices/notices';
import { useLoad } from '../../shared/use/use-load';
import { useSse } from '../../shared/use/use-sse';
import { useAccounts } from '../layout/accounts-store';
import { lookForWork } from '../layout/work-store';
import type { Segment } from '../segments/segments';
import { amountText, isOver, packetsFor, type Promotion } from './promotions';
import { reachText } from './reach-text';
import { useHeadCount } from './use-head-count';

/** A promotion as it goes on: read once, then told by the stream while money can still move. */
export function usePromotion(id: string) {
  const { accounts } = useAccounts();
  const promotion = shallowRef<Promotion | null>(null);
  const busy = ref('');
  /** From this amount on somebody else has to agree; null while nobody said so. */
  const approval = ref<number | null>(null);

  const page = useLoad(async (signal) => {
    const found = await api.get<Promotion>(`/promotions/${id}`, { signal });
    promotion.value = found;
    return found;
  });
  const segment = useLoad(
    async (signal) => {
      const segmentId = promotion.value?.segmentId;
      return !segmentId
        ? null
        : api.get<Segment>(`/segments/${segmentId}`, { signal }).catch(() => null);
    },
    { watch: () => promotion.value?.segmentId, keep: true },
  );

  /** The stream begins with the whole truth, so a reload loses nothing. */
  useSse(
    () => {
      const now = promotion.value;
      if (!now || now.status === 'draft') return null;
      return isOver(now.status) && now.reservedFen === 0
        ? null
        : api.url(`/promotions/${id}/events`);
    },
    { progress: (data) => (promotion.value = data as Promotion) },
  );

  async function act(verb: 'start' | 'pause' | 'cancel' | 'run-now', told: string): Promise<void> {
    if (busy.value !== '') return;
    busy.value = verb;
    approval.value = null;
    try {
      promotion.value = await api.post<Promotion>(`/promotions/${id}/${verb}`, {}, { once: true });
      notify(t(told));
      lookForWork();
    } catch (error) {
      if (error instanceof ApiError && error.code === 'approval_required') {
        approval.value = Number(error.body['thresholdFen'] ?? 0);
      } else notifyError(error);
    } finally {
      busy.value = '';
    }
  }

  const merchant = computed(
    () =>
      accounts.value.find(
        (one) => one.kind === 'merchant' && one.platformId === promotion.value?.mchId,
      )?.name ??
      promotion.value?.mchId ??
      '',
  );
  const { people, recount } = useHeadCount(() =>
    promotion.value?.oncePer === null ? segment.data.value : null,
  );

  /** How far the budget reaches: told before anything leaves. */
  function reach(now: Promotion): string {
    const amount = amountText(now.amount);
    if (now.oncePer !== null) {
      const { least, most } = packetsFor(now.availableFen, now.amount);
      const enough = { least: numberText(least), most: numberText(most) };
      return t('promotions.reach-keyword', { amount, merchant: merchant.value, ...enough });
    }
    const terms = t('promotions.terms', { amount, merchant: merchant.value });
    return `${terms}${reachText(now.availableFen, now.amount, people.value)}`;
  }

  return {
    promotion,
    page,
    busy,
    approval,
    act,
    segment: segment.data,
    people,
    recount,
    merchant,
    reach,
  };
}

export type LivePromotion = ReturnType<typeof usePromotion>;
