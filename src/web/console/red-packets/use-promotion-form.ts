import { computed, ref, shallowRef, watch } from 'vue';
import { useRouter } from 'vue-router';
import { ApiError, errorText } from '../../shared/api/api-error';
import { api } from '../../shared/api/client';
import { t } from '../../shared/i18n/i18n';
import { notify } from '../../shared/notices/notices';
import { useLeaveGuard } from '../../shared/use/use-leave-guard';
import { useLoad } from '../../shared/use/use-load';
import { useAccounts } from '../layout/accounts-store';
import {
  amountOf,
  bodyOf,
  fieldOfPath,
  formOf,
  newForm,
  problemsOf,
  type Form,
} from './promotion-form';
import { boundsOf, type Promotion } from './promotions';

/** A promotion while it is written: read, checked as it is typed, saved as a draft. */
export function usePromotionForm(id: string) {
  const router = useRouter();
  const { accounts, loaded } = useAccounts();
  const isNew = id === 'new';
  const form = ref<Form>(newForm());
  const before = ref(JSON.stringify(form.value));
  const tried = ref(false);
  const saving = ref(false);
  const failure = shallowRef<unknown>(null);
  const timetableGood = ref(true);

  const page = useLoad(async (signal) => {
    if (isNew) return null;
    const found = await api.get<Promotion>(`/promotions/${id}`, { signal });
    if (found.status !== 'draft') await router.replace(`/red-packets/${found.id}`);
    form.value = formOf(found);
    before.value = JSON.stringify(form.value);
    return found;
  });

  const optionsOf = (kind: string) =>
    accounts.value
      .filter((one) => one.kind === kind)
      .map((one) => ({ value: one.platformId, label: one.name, hint: one.platformId }));
  const officials = computed(() => optionsOf('official-account'));
  const merchants = computed(() => optionsOf('merchant'));
  watch(
    [officials, merchants],
    () => {
      if (!isNew) return;
      const wasFresh = JSON.stringify(form.value) === before.value;
      form.value.appId ??= officials.value[0]?.value ?? null;
      form.value.mchId ??= merchants.value[0]?.value ?? null;
      if (wasFresh) before.value = JSON.stringify(form.value);
    },
    { immediate: true },
  );

  const { leaveFreely } = useLeaveGuard(
    () => JSON.stringify(form.value) !== before.value,
    () => ({
      title: t('segments.leave-title'),
      body: t('promotions.leave-text'),
      action: t('segments.leave'),
      cancel: t('segments.stay'),
      tone: 'bad',
    }),
  );

  const serverProblems = computed(() => {
    const found = new Map<keyof Form, string>();
    if (!(failure.value instanceof ApiError)) return found;
    for (const { path, message } of failure.value.fields) {
      const field = fieldOfPath(path);
      if (field) found.set(field, message);
    }
    return found;
  });
  const ownProblems = computed(() => problemsOf(form.value));

  /** What is too long or the wrong way round is said at once, what is missing only after a try. */
  function problem(field: keyof Form): string {
    const own = ownProblems.value.get(field);
    const isLive = own === 'long' || own === 'order' || own === 'past';
    if (own !== undefined && (tried.value || isLive)) return t(`promotions.problem.${own}`);
    return serverProblems.value.get(field) ?? '';
  }

  async function save(): Promise<void> {
    tried.value = true;
    failure.value = null;
    if (saving.value || ownProblems.value.size > 0) return;
    if (form.value.payBy === 'audience' && !timetableGood.value) return;
    saving.value = true;
    try {
      const body = bodyOf(form.value);
      const saved = isNew
        ? await api.post<Promotion>('/promotions', body)
        : await api.put<Promotion>(`/promotions/${id}`, body);
      leaveFreely();
      notify(t('promotions.saved'));
      await router.push(`/red-packets/${saved.id}`);
    } catch (error) {
      failure.value = error;
    } finally {
      saving.value = false;
    }
  }

  return {
    isNew,
    form,
    page,
    officials,
    merchants,
    hasNoAccount: computed(() => loaded.value && officials.value.length === 0),
    hasNoMerchant: computed(() => loaded.value && merchants.value.length === 0),
    timetableGood,
    saving,
    save,
    problem,
    toMend: computed(() => (tried.value ? ownProblems.value.size : 0)),
    otherProblem: computed(() =>
      failure.value !== null && serverProblems.value.size === 0 ? errorText(failure.value) : '',
    ),
  };
}

/** An amount for the picture. */
export function sampleFen(form: Form): number | null {
  const amount = amountOf(form);
  if (!amount) return null;
  const { minFen, maxFen } = boundsOf(amount);
  return Math.round((minFen + maxFen) / 2);
}
