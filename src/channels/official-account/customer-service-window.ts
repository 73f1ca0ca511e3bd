import type { InboundEvent } from '../inbound-event';
import { limits } from './limits';

/** What a follower did that lets us write to them for a while. */
export type WindowTrigger = 'said' | 'menu' | 'followed' | 'scanned' | 'paid';

/** What is left of one trigger: messages, and until when (business milliseconds). */
export interface WindowPool {
  readonly left: number;
  readonly until: number;
}

/** Each trigger has a pool of its own. Plain JSON: kept on the follower as it stands. */
export type WindowState = { readonly [Trigger in WindowTrigger]?: WindowPool };

export type WindowQuotas = Readonly<
  Record<WindowTrigger, { readonly count: number; readonly ms: number }>
>;

export const defaultQuotas: WindowQuotas = {
  said: limits.window.messages,
  menu: limits.window.menu,
  followed: limits.window.followed,
  scanned: limits.window.scanned,
  paid: limits.window.paid,
};

/** The window an event opens, if any: messages, follows, scans, and the taps that WeChat counts. */
export function windowTriggerOf(event: InboundEvent): WindowTrigger | undefined {
  switch (event.kind) {
    case 'text':
    case 'image':
    case 'voice':
    case 'video':
    case 'location':
    case 'link':
    case 'file':
      return 'said';
    case 'followed':
      return 'followed';
    case 'scanned':
      return 'scanned';
    case 'menu-tapped':
      return event.menu === 'view' || event.menu === 'mini-program' ? undefined : 'menu';
    default:
      return undefined;
  }
}

/** A trigger starts its pool afresh; it does not add to what was left. */
export function openWindow(
  state: WindowState,
  trigger: WindowTrigger,
  at: number,
  quotas: WindowQuotas = defaultQuotas,
): WindowState {
  const { count, ms } = quotas[trigger];
  const known = state[trigger];
  // A late delivery of an older event must not shorten or refill a younger window.
  if (known && known.until > at + ms) return state;
  return { ...state, [trigger]: { left: count, until: at + ms } };
}

export type WindowRoom =
  | { readonly open: true; readonly left: number; readonly until: number }
  /** `closed`: nothing is running. `used-up`: a window runs, but its messages are spent. */
  | { readonly open: false; readonly reason: 'closed' | 'used-up' };

/** May we write now? `left` and `until` add up all that runs. */
export function windowRoom(state: WindowState, now: number): WindowRoom {
  const running = runningPools(state, now);
  const left = running.reduce(
    (sum, [, pool]) => Math.min(sum + pool.left, Number.MAX_SAFE_INTEGER),
    0,
  );
  if (left > 0) {
    const until = Math.max(
      ...running.filter(([, pool]) => pool.left > 0).map(([, pool]) => pool.until),
    );
    return { open: true, left, until };
  }
  return { open: false, reason: running.length > 0 ? 'used-up' : 'closed' };
}

/** The state after one message: the pool that ends first pays. Undefined when there is nothing to spend. */
export function spendWindow(state: WindowState, now: number): WindowState | undefined {
  const [first] = runningPools(state, now)
    .filter(([, pool]) => pool.left > 0)
    .sort(([, one], [, other]) => one.until - other.until);
  if (!first) return undefined;
  const [trigger, pool] = first;
  const isUnlimited = pool.left === Number.MAX_SAFE_INTEGER;
  return isUnlimited ? state : { ...state, [trigger]: { ...pool, left: pool.left - 1 } };
}

/** What WeChat's refusal teaches: 45015 closes everything, 45047 empties what runs. */
export function correctWindow(
  state: WindowState,
  refusal: 'window-closed' | 'window-used-up',
  now: number,
): WindowState {
  if (refusal === 'window-closed') return {};
  return Object.fromEntries(
    runningPools(state, now).map(([trigger, pool]) => [trigger, { ...pool, left: 0 }]),
  );
}

function runningPools(state: WindowState, now: number): [WindowTrigger, WindowPool][] {
  return (Object.entries(state) as [WindowTrigger, WindowPool][]).filter(
    ([, pool]) => pool.until > now,
  );
}
