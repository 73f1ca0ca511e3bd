import { onMounted, onUnmounted } from 'vue';
import { onBeforeRouteLeave, onBeforeRouteUpdate } from 'vue-router';
import { confirmWithNumbers, type Question } from '../notices/confirm';

/** Asks before a page with unsaved changes is left, by a link or by closing the tab. */
export function useLeaveGuard(isChanged: () => boolean, question: () => Question) {
  let open = false;

  function ask(): boolean | Promise<boolean> {
    const isFree = open || !isChanged();
    open = false;
    return isFree || confirmWithNumbers(question());
  }

  function beforeUnload(event: BeforeUnloadEvent): void {
    if (!open && isChanged()) event.preventDefault();
  }

  onBeforeRouteLeave((to) => to.name === 'sign-in' || ask());
  onBeforeRouteUpdate((to, from) => to.path === from.path || ask());
  onMounted(() => window.addEventListener('beforeunload', beforeUnload));
  onUnmounted(() => window.removeEventListener('beforeunload', beforeUnload));

  /** What was typed is safe now: the next step away, and only that, is not asked about. */
  return { leaveFreely: () => (open = true) };
}
