import { ref, shallowRef, type Ref, type ShallowRef } from 'vue';
import { ApiError } from '../../shared/api/api-error';
import { api } from '../../shared/api/client';
import { bodyOf, type Draft, type Rule } from './rules';

export type Step =
  '' | 'publish' | 'draft' | 'stop' | 'submit' | 'send-back' | 'unschedule' | 'discard' | 'restore';

/** Somebody saved meanwhile: what the rule is now, and what one was about to do. */
export type Meanwhile = { theirs: Rule; by: string; at: string | null; again: () => Promise<void> };

type Parts = {
  id: string;
  rule: ShallowRef<Rule | null>;
  draft: Readonly<Ref<Draft>>;
  /** Whether what is typed differs from what the server has. */
  isChanged: () => boolean;
  /** After a step: the rule as it is now, and whether what was typed went with it. */
  took: (rule: Rule, isSaved: boolean) => void;
};

/** What can be done with a rule: one step at a time, and never over somebody else's. */
export function useRuleSteps({ id, rule, draft, isChanged, took }: Parts) {
  const busy = ref<Step>('');
  const failure = shallowRef<unknown>(null);
  const meanwhile = shallowRef<Meanwhile | null>(null);
  const path = () => `/reply-rules/${rule.value?.id ?? id}`;

  /** True when the step was taken. */
  async function take(step: Step, work: () => Promise<Rule>, isSaved = true): Promise<boolean> {
    if (busy.value !== '') return false;
    busy.value = step;
    failure.value = null;
    try {
      took(await work(), isSaved);
      return true;
    } catch (error) {
      if (error instanceof ApiError && error.code === 'rule_changed_meanwhile') {
        await tellMeanwhile(error, async () => void (await take(step, work, isSaved)));
      } else failure.value = error;
      return false;
    } finally {
      busy.value = '';
    }
  }

  async function tellMeanwhile(error: ApiError, again: () => Promise<void>): Promise<void> {
    const { by, at } = error.body;
    const theirs = await api.get<Rule>(path());
    meanwhile.value = {
      theirs,
      by: typeof by === 'string' ? by : '',
      at: typeof at === 'string' ? at : null,
      again,
    };
  }

  /** What is typed, on the server as a draft; what answers stays as it is. */
  async function saved(): Promise<Rule> {
    const known = rule.value;
    if (!known) return api.post<Rule>('/reply-rules', { ...bodyOf(draft.value), publish: false });
    if (!isChanged()) return known;
    const body = { ...bodyOf(draft.value), version: known.version };
    const next = await api.put<Rule>(path(), body);
    rule.value = next;
    return next;
  }

  const seen = () => ({ version: rule.value?.version ?? 0 });
  /** A step of its own: what is typed beside it stays typed. */
  const step = (name: Step, at: string, body: object = {}) =>
    take(name, () => api.post<Rule>(`${path()}/${at}`, body), false);

  return {
    busy,
    failure,
    meanwhile,
    save: () => take('draft', saved),
    publish: (wanted: { at: string | null; breakOthers: boolean }) =>
      take('publish', async () => {
        // A new rule that cannot go live stays in the editor, and is nowhere else.
        if (!rule.value && wanted.at === null && !wanted.breakOthers) {
          return api.post<Rule>('/reply-rules', { ...bodyOf(draft.value), publish: true });
        }
        const { id: ruleId, version } = await saved();
        return api.post<Rule>(`/reply-rules/${ruleId}/publish`, {
          version,
          ...(wanted.at === null ? {} : { at: wanted.at }),
          ...(wanted.breakOthers ? { breakOthers: true } : {}),
        });
      }),
    submit: (note: string) =>
      take('submit', async () => {
        const { id: ruleId, version } = await saved();
        const said = note === '' ? {} : { note };
        return api.post<Rule>(`/reply-rules/${ruleId}/submit`, { version, ...said });
      }),
    sendBack: (note: string) => step('send-back', 'send-back', { note }),
    unschedule: () => step('unschedule', 'unschedule'),
    discard: () => step('discard', 'discard-draft', seen()),
    stop: () => step('stop', 'retire', seen()),
    restore: (version: number) =>
      step('restore', 'rollback', { version, seen: rule.value?.version ?? 0 }),
  };
}
