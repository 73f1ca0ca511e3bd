import { onMounted, onUnmounted, shallowRef } from 'vue';
import { api } from '../../shared/api/client';
import { can } from '../session/session';
import type { Counts } from './conversations';

const EVERY_MS = 15_000;
const counts = shallowRef<Counts | null>(null);
let listeners = 0;
let timer: ReturnType<typeof setTimeout> | undefined;
/** The inbox itself hears every change; nobody has to ask while it is open. */
let isFed = false;

async function look(): Promise<void> {
  clearTimeout(timer);
  if (can('conversations.read') && !document.hidden && !isFed) {
    const found = await api.get<Counts>('/conversations/counts').catch(() => null);
    if (found && !isFed) counts.value = found;
  }
  clearTimeout(timer);
  if (listeners > 0) timer = setTimeout(look, EVERY_MS);
}

/** How many followers wait for a person: the red badge of the rail and the number in the page's title. */
export function useWaiting() {
  onMounted(() => {
    listeners += 1;
    if (listeners === 1) void look();
  });
  onUnmounted(() => {
    listeners -= 1;
    if (listeners === 0) clearTimeout(timer);
  });
  return counts;
}

export function feedCounts(next: Counts): void {
  counts.value = next;
}

export function setFed(next: boolean): void {
  isFed = next;
  if (!next && listeners > 0) void look();
}
