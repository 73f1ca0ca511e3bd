import { onScopeDispose } from 'vue';
import { isUnreached } from '../api/api-error';

const FIRST_MS = 1_000;
const LONGEST_MS = 15_000;

/** Reads again what could not be reached: soon, then more and more rarely, and at once when the network is back. */
export function useReconnect(read: () => unknown) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let waitMs = FIRST_MS;

  function tryNow(): void {
    if (timer === undefined) return;
    stop();
    void read();
  }
  function stop(): void {
    clearTimeout(timer);
    timer = undefined;
  }

  /** Tells how a read ended; null for a good one. */
  function ended(error: unknown): void {
    stop();
    if (!isUnreached(error)) {
      waitMs = FIRST_MS;
      return;
    }
    timer = setTimeout(tryNow, waitMs);
    waitMs = Math.min(waitMs * 2, LONGEST_MS);
  }

  window.addEventListener('online', tryNow);
  onScopeDispose(() => {
    stop();
    window.removeEventListener('online', tryNow);
  });
  return { ended, stop };
}
