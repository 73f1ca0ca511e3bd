import { computed, onScopeDispose, ref, shallowRef } from 'vue';
import { useRouter } from 'vue-router';
import { api } from '../../shared/api/client';
import { percentText } from '../../shared/i18n/format';
import { notify, notifyError } from '../../shared/notices/notices';
import { useFollow } from '../../shared/use/use-follow';
import { useLoad } from '../../shared/use/use-load';
import { useSse } from '../../shared/use/use-sse';
import { lookForWork } from '../layout/work-store';
import { doneOf, isOver, type CampaignDetail, type Counts, type Progress } from './campaigns';

const REFRESH_MS = 2_500;
const none: Counts = {
  planned: 0,
  pending: 0,
  sent: 0,
  delivered: 0,
  failed: 0,
  skipped: 0,
  unknown: 0,
};

/**
 * A campaign as it goes on: read once, then told by the stream. Reasons and runs come with the campaign
 * itself, which is asked for again while it moves, not at every tick.
 */
export function useCampaign(
  id: string,
  /** `read`: it was read again; `acted`: somebody here did something to it. */
  told: { read: (found: CampaignDetail) => void; acted: (found: CampaignDetail) => void },
) {
  const router = useRouter();
  const campaign = shallowRef<CampaignDetail | null>(null);
  const progress = shallowRef<Progress | null>(null);
  const busy = ref('');

  const page = useLoad(async (signal) => {
    const found = await api.get<CampaignDetail>(`/campaigns/${id}`, { signal });
    if (found.status === 'draft') await router.replace(`/campaigns/${found.id}/edit?step=plan`);
    else campaign.value = found;
    return found;
  });

  /** The first event is the whole truth, so a reload loses nothing. */
  useSse(
    () => {
      const now = campaign.value;
      return now && !isOver(now.status) && now.status !== 'draft'
        ? api.url(`/campaigns/${id}/events`)
        : null;
    },
    { progress: (data) => (progress.value = data as Progress) },
  );

  let again: ReturnType<typeof setTimeout> | undefined;
  onScopeDispose(() => clearTimeout(again));
  async function refresh(): Promise<void> {
    const found = await api.get<CampaignDetail>(`/campaigns/${id}`).catch(() => null);
    if (!found) {
      clearTimeout(again);
      again = setTimeout(() => void refresh(), REFRESH_MS);
      return;
    }
    campaign.value = found;
    if (isOver(found.status)) progress.value = null;
    told.read(found);
  }
  useFollow(
    () => [
      progress.value?.runId,
      progress.value?.status,
      progress.value?.pending,
      progress.value?.failed,
    ],
    { loading: page.loading, reload: refresh },
    REFRESH_MS,
  );

  async function act(
    verb: 'start' | 'pause' | 'run-now' | 'cancel',
    say: (found: CampaignDetail) => string,
  ): Promise<void> {
    if (busy.value !== '') return;
    busy.value = verb;
    try {
      const found = await api.post<CampaignDetail>(`/campaigns/${id}/${verb}`);
      progress.value = null;
      campaign.value = found;
      notify(say(found));
      lookForWork();
      told.acted(found);
    } catch (error) {
      notifyError(error);
    } finally {
      busy.value = '';
    }
  }

  const status = computed(() => progress.value?.status ?? campaign.value?.status ?? 'running');
  const counts = computed<Counts>(() => progress.value ?? campaign.value ?? none);
  const attempted = computed(() => counts.value.sent + counts.value.failed + counts.value.unknown);

  /** The run the counts are of, so that every place of the page shows the same event. */
  const current = computed(() => {
    const latest = campaign.value?.runs.find((run) => run.note === null)?.id;
    const runId = progress.value?.runId ?? latest;
    return runId === undefined ? null : { id: runId, counts: counts.value };
  });
  /** All runs together, the current one as it is by now. */
  const totals = computed<Counts>(() => {
    const sums = campaign.value?.totals ?? none;
    const known = campaign.value?.runs.find((run) => run.id === current.value?.id) ?? none;
    const moved = (key: keyof Counts) => sums[key] - known[key] + counts.value[key];
    return {
      planned: moved('planned'),
      pending: moved('pending'),
      sent: moved('sent'),
      delivered: moved('delivered'),
      failed: moved('failed'),
      skipped: moved('skipped'),
      unknown: moved('unknown'),
    };
  });

  return {
    current,
    totals,
    campaign,
    page,
    busy,
    act,
    status,
    counts,
    perSecond: computed(() => progress.value?.perSecond ?? 0),
    etaSeconds: computed(() => progress.value?.etaSeconds ?? null),
    done: computed(() => doneOf(counts.value)),
    percent: computed(() => percentText(doneOf(counts.value), counts.value.planned)),
    attempted,
    failedShare: computed(() => percentText(counts.value.failed, attempted.value, 2)),
    isSending: computed(() => status.value === 'running' && counts.value.pending > 0),
    hasRun: computed(() => counts.value.planned > 0),
  };
}

export type LiveCampaign = ReturnType<typeof useCampaign>;
