import { onScopeDispose, ref } from 'vue';
import { api } from '../../shared/api/client';
import { can } from '../session/session';

const EVERY_MS = 30_000;
const KEPT = 'guanxi.inbox.away';

/** While the inbox is open its operator is at hand, unless they said that they are away. */
export function usePresence() {
  const isOnline = ref(localStorage.getItem(KEPT) === null);

  const tell = (online: boolean): void =>
    void api.post('/presence', { online }).catch(() => undefined);

  function change(online: boolean): void {
    isOnline.value = online;
    if (online) localStorage.removeItem(KEPT);
    else localStorage.setItem(KEPT, '1');
    tell(online);
  }

  if (can('conversations.reply')) {
    tell(isOnline.value);
    const timer = setInterval(() => tell(isOnline.value), EVERY_MS);
    onScopeDispose(() => {
      clearInterval(timer);
      tell(false);
    });
  }
  return { isOnline, change };
}
