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
let pending: (() => void) | null = null;

/** Ends a wait that offers the way back: true goes on. */
let held: ((goesOn: boolean) => void) | null = null;

function endWait(goesOn: boolean): void {
  const decide = held;
  held = null;
  decide?.(goesOn);
}

/** Does what was only promised so far. */
function settle(): void {
  endWait(true);
  const work = pending;
  pending = null;
  work?.();
}
window.addEventListener('pagehide', () => {
  endWait(false);
  settle();
});

function show(next: Notice, ms: number): void {
  notice.value = next;
  clearTimeout(timer);
  timer = setTimeout(dismissNotice, ms);
}

export function notify(text: string): void {
  settle();
  show({ text, tone: 'plain', undo: null }, 3_500);
}

/** Says what was done and offers the way back for eight seconds. */
export function offerUndo(text: string, undo: () => void | Promise<void>): void {
  settle();
  show({ text, tone: 'plain', undo }, 8_000);
}

/**
 * For what the server cannot take back: looks done at once, but is done only when the offer of the
 * way back has gone by (eight seconds, another notice, or the page is left).
 */
export function offerDelayed(
  text: string,
  { work, undo }: { work: () => Promise<void>; undo: () => void },
): void {
  settle();
  pending = () => {
    work().catch((error: unknown) => {
      undo();
      notifyError(error);
    });
  };
  show(
    {
      text,
      tone: 'plain',
      undo: () => {
        pending = null;
        undo();
      },
    },
    8_000,
  );
}

/** Offers the way back before something is done: false when it was taken, or the page was left. */
export function waitWithUndo(text: string, ms: number): Promise<boolean> {
  settle();
  return new Promise((resolve) => {
    held = resolve;
    show({ text, tone: 'plain', undo: () => undefined }, ms);
  });
}

export function notifyError(error: unknown): void {
  notifyFailure(errorText(error));
}

/** A failure that is in words already. */
export function notifyFailure(text: string): void {
  settle();
  show({ text, tone: 'bad', undo: null }, 8_000);
}

export function dismissNotice(): void {
  clearTimeout(timer);
  notice.value = null;
  settle();
}

/** The way back was taken: what was promised is not done. */
export async function takeBack(): Promise<void> {
  const undo = notice.value?.undo;
  const wait = held;
  [pending, held] = [null, null];
  wait?.(false);
  dismissNotice();
  try {
    await undo?.();
  } catch (error) {
    notifyError(error);
  }
}
