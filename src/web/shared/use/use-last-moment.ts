import { onMounted, onUnmounted } from 'vue';

/** Acts when the part goes away, and when the whole page does: a reload tells parts nothing. */
export function useLastMoment(act: () => void): void {
  onMounted(() => window.addEventListener('pagehide', act));
  onUnmounted(() => {
    window.removeEventListener('pagehide', act);
    act();
  });
}
