import { ref } from 'vue';
import { ApiError } from '../../shared/api/api-error';
import { api } from '../../shared/api/client';
import { t } from '../../shared/i18n/i18n';
import { confirmWithNumbers } from '../../shared/notices/confirm';
import { notify, notifyError, offerUndo } from '../../shared/notices/notices';
import { conversationAddress, type Conversation, type Named } from './conversations';

/** What an operator does with a conversation: taking it, giving it back or on, ending it. */
export function useActs(changed: (conversation: Conversation) => void) {
  const busy = ref(false);

  async function post(one: Conversation, act: string, body: object = {}): Promise<void> {
    changed(await api.post<Conversation>(`${conversationAddress(one.id)}/${act}`, body));
  }

  async function doing(work: () => Promise<boolean>): Promise<boolean> {
    if (busy.value) return false;
    busy.value = true;
    try {
      return await work();
    } catch (error) {
      notifyError(error);
      return false;
    } finally {
      busy.value = false;
    }
  }

  /** Who has it, when somebody has it and it was not asked for by force. */
  async function takenBy(one: Conversation): Promise<Named | null> {
    try {
      await post(one, 'take');
      return null;
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 'conversation_taken') throw error;
      return (error.body['by'] as Named | undefined) ?? one.assignee ?? { id: '', name: '' };
    }
  }

  const take = (one: Conversation): Promise<boolean> =>
    doing(async () => {
      const other = await takenBy(one);
      if (other === null) return true;
      const isWanted = await confirmWithNumbers({
        title: t('conversations.taken-title', { name: other.name, person: one.personName }),
        body: t('conversations.taken-text', { name: other.name }),
        action: t('conversations.take-from', { name: other.name }),
      });
      if (isWanted) await post(one, 'take', { force: true });
      return isWanted;
    });

  const handBack = (one: Conversation): Promise<boolean> =>
    doing(async () => {
      await post(one, 'hand-back');
      offerUndo(t('conversations.handed-back', { person: one.personName }), () =>
        post(one, 'take'),
      );
      return true;
    });

  const close = (one: Conversation): Promise<boolean> =>
    doing(async () => {
      await post(one, 'close');
      offerUndo(t('conversations.ended', { person: one.personName }), () =>
        post(one, one.state === 'taken' ? 'take' : 'hand-back'),
      );
      return true;
    });

  const assign = (one: Conversation, to: Named): Promise<boolean> =>
    doing(async () => {
      await post(one, 'assign', { operatorId: to.id });
      notify(t('conversations.assigned', { person: one.personName, name: to.name }));
      return true;
    });

  return { busy, take, handBack, close, assign };
}
