import { shallowRef } from 'vue';
import { errorText } from '../api/api-error';

export interface Notice {
  text: string;
  tone: 'plain' | 'bad';
  undo: (() => void | Promise<void>) | null;
}

/** The one dark bar at the bottom; a newer notice takes the place of the older. */
export const notice = shallowRef<Notice | null>(null);
let timer: ReturnType<typeof setTimeout> | undefined;

function show(next: Notice, ms: number): void {
  notice.value = next;
  clearTimeout(timer);
  timer = setTimeout(() => (notice.value = null), ms);
}

export function notify(text: string): void {
  show({ text, tone: 'plain', undo: null }, 3_500);
}

/** Says what was done and offers the way back for eight seconds. */
export function offerUndo(text: string, undo: () => void | Promise<void>): void {
  show({ text, tone: 'plain', undo }, 8_000);
}

export function notifyError(error: unknown): void {
  show({ text: errorText(error), tone: 'bad', undo: null }, 8_000);
}

export function dismissNotice(): void {
  clearTimeout(timer);
  notice.value = null;
}
