import { onMounted, onUnmounted } from 'vue';

const typing = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

/**
 * Single-key commands of a page (`j`, `k`, `/`, `Escape`, `1`…). They rest while somebody types,
 * while a dialog is open, and with Ctrl, Alt or Meta held. `Escape` also works while typing.
 */
export function useKeys(keys: Readonly<Record<string, (event: KeyboardEvent) => void>>): void {
  function onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const handle = keys[event.key] ?? keys[event.key.toLowerCase()];
    if (!handle) return;
    if (typing(event.target) && event.key !== 'Escape') return;
    if (document.querySelector('.el-overlay:not([style*="none"]) [role="dialog"]')) return;
    handle(event);
  }

  onMounted(() => window.addEventListener('keydown', onKey));
  onUnmounted(() => window.removeEventListener('keydown', onKey));
}
