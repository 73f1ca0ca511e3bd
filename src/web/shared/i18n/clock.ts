import { shallowRef } from 'vue';

/** Zone of the organisation: every "today", chart day and clock time is told in it. */
export const orgZone = shallowRef('Asia/Shanghai');

/** How far business time is ahead of this computer, in ms. The server says so in `X-Business-Time`. */
const aheadBy = shallowRef(0);
const tick = shallowRef(Date.now());

setInterval(() => {
  tick.value = Date.now();
}, 20_000);

export function learnBusinessTime(instant: string | null): void {
  if (instant === null) return;
  const ms = Date.parse(instant);
  if (Number.isNaN(ms)) return;
  const ahead = ms - Date.now();
  if (Math.abs(ahead - aheadBy.value) < 5_000) return;
  aheadBy.value = ahead;
  tick.value = Date.now();
}

/** Business now, reactive: texts that depend on it refresh by themselves. */
export function now(): number {
  return tick.value + aheadBy.value;
}
