import { onScopeDispose, ref, shallowRef, type ShallowRef } from 'vue';
import { ApiError } from '../../shared/api/api-error';
import { api } from '../../shared/api/client';
import { draftState, standingOf, type Living } from './life';

export type Step =
  '' | 'publish' | 'draft' | 'stop' | 'submit' | 'send-back' | 'unschedule' | 'discard' | 'restore';

/** Somebody saved meanwhile: what it is now, and what one was about to do. */
export type Meanwhile<T> = {
  theirs: T;
  by: string;
  at: string | null;
  again: () => Promise<void>;
};

type Parts<T extends Living> = {
  /** Where its kind is in the API, `/reply-rules`, and what a refusal of an old version is called. */
  home: string;
  meanwhileCode: string;
  /** May change: an account is picked. */
  id: string | (() => string);
  /** Where one is read and written, when it is not `home/id`. */
  one?: () => string;
  thing: ShallowRef<T | null>;
  /** What is typed, as the server takes it: as a draft beside what answers, or to answer at once. */
  body: (as: 'new-draft' | 'draft' | 'live') => object;
  /** Whether what is typed differs from what the server has. */
  isChanged: () => boolean;
  /** After a step: the thing as it is now, and whether what was typed went with it. */
  took: (thing: T, isSaved: boolean) => void;
};

const lookMs = 15_000;

/** What can be done with a rule or a question: one step at a time, and never over somebody else's. */
export function useLifeSteps<T extends Living>({
  home,
  meanwhileCode,
  id,
  one,
  thing,
  body,
  isChanged,
  took,
}: Parts<T>) {
  const busy = ref<Step>('');
  const failure = shallowRef<unknown>(null);
  const meanwhile = shallowRef<Meanwhile<T> | null>(null);
  const path = () => `${home}/${thing.value?.id ?? (typeof id === 'string' ? id : id())}`;
  const onePath = () => one?.() ?? path();

  /** True when the step was taken. */
  async function take(step: Step, work: () => Promise<T>, isSaved = true): Promise<boolean> {
    if (busy.value !== '') return false;
    busy.value = step;
    failure.value = null;
    try {
      took(await work(), isSaved);
      return true;
    } catch (error) {
      if (error instanceof ApiError && error.code === meanwhileCode) {
        await tellMeanwhile(error, async () => void (await take(step, work, isSaved)));
      } else failure.value = error;
      return false;
    } finally {
      busy.value = '';
    }
  }

  async function tellMeanwhile(error: ApiError, again: () => Promise<void>): Promise<void> {
    const { by, at } = error.body;
    const theirs = await api.get<T>(onePath());
    meanwhile.value = {
      theirs,
      by: typeof by === 'string' ? by : '',
      at: typeof at === 'string' ? at : null,
      again,
    };
  }

  /** What is typed, on the server as a draft; what answers stays as it is. */
  async function saved(): Promise<T> {
    const known = thing.value;
    if (!known) return api.post<T>(home, body('new-draft'));
    if (!isChanged()) return known;
    const next = await api.put<T>(onePath(), { ...body('draft'), version: known.version });
    thing.value = next;
    return next;
  }

  /** A reviewer moves on what waits: looked at again, unless something is typed or under way. */
  async function lookAgain(): Promise<void> {
    const known = thing.value;
    const isIdle = () => busy.value === '' && thing.value === known && !isChanged();
    if (!known || [null, 'draft'].includes(draftState(known)) || document.hidden || !isIdle())
      return;
    try {
      const now = await api.get<T>(onePath());
      if (isIdle() && standingOf(now) !== standingOf(known)) took(now, false);
    } catch {
      // The next look may have an answer.
    }
  }
  const timer = setInterval(() => void lookAgain(), lookMs);
  onScopeDispose(() => clearInterval(timer));

  const seen = () => ({ version: thing.value?.version ?? 0 });
  /** A step of its own: what is typed beside it stays typed. */
  const step = (name: Step, at: string, sent: object = {}) =>
    take(name, () => api.post<T>(`${path()}/${at}`, sent), false);

  return {
    busy,
    failure,
    meanwhile,
    save: () => take('draft', saved),
    publish: (wanted: { at: string | null; breakOthers: boolean }) =>
      take('publish', async () => {
        // A new one that cannot go live stays in the editor, and is nowhere else.
        if (!thing.value && wanted.at === null && !wanted.breakOthers) {
          return api.post<T>(home, body('live'));
        }
        const { id: madeId, version } = await saved();
        return api.post<T>(`${home}/${madeId}/publish`, {
          version,
          ...(wanted.at === null ? {} : { at: wanted.at }),
          ...(wanted.breakOthers ? { breakOthers: true } : {}),
        });
      }),
    submit: (note: string) =>
      take('submit', async () => {
        const { id: madeId, version } = await saved();
        const said = note === '' ? {} : { note };
        return api.post<T>(`${home}/${madeId}/submit`, { version, ...said });
      }),
    sendBack: (note: string) => step('send-back', 'send-back', { note }),
    unschedule: () => step('unschedule', 'unschedule'),
    discard: () => step('discard', 'discard-draft', seen()),
    stop: () => step('stop', 'retire', seen()),
    restore: (version: number) =>
      step('restore', 'rollback', { version, seen: thing.value?.version ?? 0 }),
  };
}
